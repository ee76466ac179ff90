//! Where values come from besides files: environment variables and flags, both as texts under dotted keys.

use std::ffi::OsString;

use figment::{
    Error, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

const PREFIX: &str = "INVITER_";
pub(crate) const ENVIRONMENT: &str = "environment";
pub(crate) const COMMAND_LINE: &str = "command line";

/// A layer of values under a name that error messages repeat.
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    pub(crate) values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// Overrides out of `key = value` pairs with dotted keys, as `--set server.bind=0.0.0.0:80` gives them.
pub fn overrides<K: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Dict {
    let mut values = Dict::new();
    for (key, value) in pairs {
        insert(&mut values, key.as_ref(), value.into());
    }
    values
}

fn insert(values: &mut Dict, key: &str, value: String) {
    let Some((section, rest)) = key.split_once('.') else {
        values.insert(key.to_owned(), Value::from(value));
        return;
    };
    let entry = values
        .entry(section.to_owned())
        .or_insert_with(|| Value::from(Dict::new()));
    if let Value::Dict(_, nested) = entry {
        insert(nested, rest, value);
    }
}

/// The settings among the variables of a process.
///
/// Values stay texts: `INVITER_METRICS__TOKEN=007` is three characters, not the number 7.
pub(crate) fn environment(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Dict {
    overrides(variables.into_iter().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let rest = name.strip_prefix(PREFIX)?;
        let value = value.into_string().ok()?;
        is_setting(rest).then(|| (rest.to_lowercase().replace("__", "."), value))
    }))
}

/// The variable that sets `key`.
pub(crate) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// Two kinds of variable share the prefix and are no settings: `INVITER_CONFIG`, which names the file, and those that
/// Kubernetes sets in every pod beside a Service called `inviter`.
fn is_setting(rest: &str) -> bool {
    let kubernetes = rest == "PORT" || rest.starts_with("PORT_") || rest.starts_with("SERVICE_");
    rest.contains("__") || !(rest == "CONFIG" || kubernetes)
}
