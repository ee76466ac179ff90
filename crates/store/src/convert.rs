//! From rows to domain types and back: enums as their serde names, documents as JSON text.

use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;

/// The serde name of a unit variant.
pub(crate) fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => unreachable!("stored enums have unit variants only"),
    }
}

/// The variant that has this serde name.
pub(crate) fn variant<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|error| {
        StoreError::Inconsistent {
            table,
            column,
            cause: error.to_string(),
        }
    })
}

/// A document as JSON text.
pub(crate) fn document<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("documents have string keys and no failing serializers")
}

/// A document back from JSON text.
pub(crate) fn parsed<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Inconsistent {
        table,
        column,
        cause: error.to_string(),
    })
}

/// A number that a column of the other sign or width holds.
pub(crate) fn number<T, U>(
    value: T,
    table: &'static str,
    column: &'static str,
) -> Result<U, StoreError>
where
    U: TryFrom<T>,
    T: Copy + std::fmt::Display,
{
    U::try_from(value).map_err(|_| StoreError::Inconsistent {
        table,
        column,
        cause: format!("{value} is out of range"),
    })
}

/// A hash of known length.
pub(crate) fn bytes<const N: usize>(
    value: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<[u8; N], StoreError> {
    value.try_into().map_err(|_| StoreError::Inconsistent {
        table,
        column,
        cause: format!("{} bytes instead of {N}", value.len()),
    })
}
