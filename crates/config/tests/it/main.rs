//! The configuration as its users see it: sources, errors, what is shown.

mod backup;
mod load;
mod redis;
mod reference;
mod shown;

use std::{ffi::OsString, io::Write};

use inviter_config::{self as config, Config, ConfigError, Dict};
use tempfile::NamedTempFile;

/// What a file, variables and flags make together.
fn load(
    file: &str,
    variables: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Config, Vec<ConfigError>> {
    let written = file_with(file);
    let variables = variables
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    config::load_with(
        Some(written.path()),
        variables,
        config::overrides(flags.iter().copied()),
    )
    .map_err(|errors| errors.0)
}

fn errors(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<ConfigError> {
    load(file, variables, flags).expect_err("the configuration is refused")
}

fn defaults() -> Config {
    config::load_with(None, Vec::new(), Dict::new()).expect("the defaults are valid")
}

fn file_with(content: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(content.as_bytes())
        .expect("the file is writable");
    file
}
