//! Everything that is wrong with a configuration, told at once.

use std::fmt;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Path of the key: `server.bind`. Empty where a whole file cannot be read.
    pub key: String,
    /// Where the value came from: a file, an environment variable, the command line, the defaults.
    pub origin: String,
    /// What is wrong and what to do. Never the value of a secret.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.origin, self.message)
        } else {
            write!(f, "{} ({}): {}", self.key, self.origin, self.message)
        }
    }
}

/// All that is wrong, in the order of the defaults file; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration is not valid:\n{}", lines(.0))]
pub struct ConfigErrors(pub Vec<ConfigError>);

fn lines(errors: &[ConfigError]) -> String {
    errors
        .iter()
        .map(|error| format!("  - {error}"))
        .collect::<Vec<_>>()
        .join("\n")
}
