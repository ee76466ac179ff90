//! The effective configuration for human eyes: what was read and derived, without the secrets.

use std::{path::Path, time::Duration};

use bytesize::ByteSize;
use kernel::{ExposeSecret, SecretString};
use serde::Serializer;
use url::Url;

use crate::sections::{Backend, Config, MasterSecret};

const HIDDEN: &str = "***";

/// The effective configuration as TOML; secrets are `"***"`.
///
/// # Panics
/// Never: every section is a table of plain values.
pub fn show(config: &Config) -> String {
    toml::to_string(config).expect("sections are tables of plain values")
}

pub(crate) fn duration<S: Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_duration(*value))
}

pub(crate) fn text<T: std::fmt::Display, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub(crate) fn bytes<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    // In the largest unit that loses nothing: a rounded size would be another setting.
    match [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        .iter()
        .find(|(unit, _)| value.is_multiple_of(*unit))
    {
        Some((unit, name)) if *value > 0 => {
            serializer.collect_str(&format_args!("{} {name}", value / unit))
        }
        _ => serializer.collect_str(&format_args!("{} B", ByteSize(*value).as_u64())),
    }
}

pub(crate) fn secret<S: Serializer>(_: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(HIDDEN)
}

#[expect(clippy::ref_option, reason = "serde passes a reference")]
pub(crate) fn optional_secret<S: Serializer>(
    value: &Option<SecretString>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if value.is_some() { HIDDEN } else { "" })
}

pub(crate) fn backend<S: Serializer>(value: &Backend, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Backend::Sqlite { path } => {
            serializer.collect_str(&format_args!("sqlite:{}", path.display()))
        }
        Backend::MySql { url } => serializer.serialize_str(&without_password(url.expose_secret())),
    }
}

pub(crate) fn master_secret<S: Serializer>(
    value: &MasterSecret,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        MasterSecret::Given(_) => serializer.serialize_str(HIDDEN),
        MasterSecret::Kept(path) => {
            serializer.collect_str(&format_args!("kept in {}", Path::display(path)))
        }
    }
}

fn without_password(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else {
        return HIDDEN.to_owned();
    };
    if url.password().is_some() && url.set_password(Some(HIDDEN)).is_err() {
        return HIDDEN.to_owned();
    }
    // Options may carry secrets too.
    url.set_query(None);
    url.to_string()
}
