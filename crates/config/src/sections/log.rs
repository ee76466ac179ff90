//! `[log]`

use std::str::FromStr;

use serde::Serialize;

use crate::keys::{Keys, Read};

/// What the process tells about itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// The least important level that is written.
    pub level: LogLevel,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

/// How important a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Something failed.
    Error,
    /// Something may fail soon.
    Warn,
    /// Something worth knowing happened.
    Info,
    /// For finding errors in Inviter.
    Debug,
    /// For finding errors in what Inviter is built on.
    Trace,
}

impl LogLevel {
    /// The name, as the setting spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl FromStr for LogLevel {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [
            Self::Error,
            Self::Warn,
            Self::Info,
            Self::Debug,
            Self::Trace,
        ]
        .into_iter()
        .find(|level| level.as_str() == text)
        .ok_or(())
    }
}

impl Log {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let format = keys.parse("log.format", "`auto`, `text` or `json`");
        let level = keys.parse("log.level", "`error`, `warn`, `info`, `debug` or `trace`");
        Ok(Self {
            format: format?,
            level: level?,
        })
    }
}
