//! From sources to one typed configuration.

use std::{ffi::OsString, path::Path};

use figment::{
    Figment, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Value},
};

use crate::{
    error::{ConfigError, ConfigErrors},
    keys::{Keys, origin},
    reference::defaults,
    sections::Config,
    sources::{COMMAND_LINE, ENVIRONMENT, Layer, environment},
};

/// The configuration out of defaults, `file`, this process's environment and `overrides`, the later winning.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn load(file: Option<&Path>, overrides: Dict) -> Result<Config, ConfigErrors> {
    load_with(file, std::env::vars_os(), overrides)
}

/// [`load`] with the variables given instead of taken from the process.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn load_with(
    file: Option<&Path>,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    overrides: Dict,
) -> Result<Config, ConfigErrors> {
    let mut figment = Figment::from(Toml::string(defaults()));
    let known = values(&figment);
    if let Some(path) = file {
        let toml = Toml::file_exact(path);
        toml.data().map_err(|error| unreadable(path, &error))?;
        figment = figment.merge(toml);
    }
    figment = figment
        .merge(Layer {
            name: ENVIRONMENT,
            values: environment(variables),
        })
        .merge(Layer {
            name: COMMAND_LINE,
            values: overrides,
        });

    let mut errors = Vec::new();
    refuse_unknown(&figment, &known, &values(&figment), "", &mut errors);
    let mut keys = Keys::new(&figment);
    let config = Config::read(&mut keys);
    errors.append(&mut keys.errors);
    match config {
        Ok(config) if errors.is_empty() => Ok(config),
        _ => Err(ConfigErrors(errors)),
    }
}

fn values(figment: &Figment) -> Dict {
    figment
        .data()
        .ok()
        .and_then(|mut profiles| profiles.remove(&Profile::Default))
        .unwrap_or_default()
}

fn unreadable(path: &Path, error: &figment::Error) -> ConfigErrors {
    ConfigErrors(vec![ConfigError {
        key: String::new(),
        origin: format!("file {}", path.display()),
        message: error.kind.to_string(),
    }])
}

fn refuse_unknown(
    figment: &Figment,
    known: &Dict,
    given: &Dict,
    section: &str,
    errors: &mut Vec<ConfigError>,
) {
    for (name, value) in given {
        let key = if section.is_empty() {
            name.clone()
        } else {
            format!("{section}.{name}")
        };
        let message = match (known.get(name), value) {
            (Some(Value::Dict(_, known)), Value::Dict(_, given)) => {
                refuse_unknown(figment, known, given, &key, errors);
                continue;
            }
            (Some(Value::Dict(..)), _) => {
                format!("is a section, not a value; write `[{key}]` and its keys below it")
            }
            (Some(_), _) => continue,
            (None, _) => {
                let names = known
                    .keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", ");
                format!("there is no such key; known here: {names}")
            }
        };
        errors.push(ConfigError {
            origin: origin(figment, &key),
            key,
            message,
        });
    }
}
