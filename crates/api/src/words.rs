//! Closed sets of the domain, as the document tells them.

use serde::Serialize;
use utoipa::openapi::{
    RefOr, Type,
    schema::{ObjectBuilder, Schema},
};

/// A string that is one of these values as they stand in JSON.
pub(crate) fn schema(description: &str, values: &[impl Serialize]) -> RefOr<Schema> {
    let words = values
        .iter()
        .map(|value| serde_json::to_value(value).unwrap_or_default());
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(words))
        .into()
}

/// Names a closed set of the domain in the document. Its words are those that serde writes.
macro_rules! words {
    ($($doc:literal $name:ident = $values:expr;)*) => {$(
        #[doc = $doc]
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::words::schema($doc, &$values)
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

pub(crate) use words;
