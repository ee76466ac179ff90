//! `inviter doctor`: what is wrong with the installation, and what to do about it.

pub(super) mod database;
mod files;
mod network;
pub(super) mod redis;

use std::{fmt, process::ExitCode};

use anyhow::Result;
use config::ConfigErrors;

use super::{load, runtime};
use crate::{args::Globals, output::say};

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Good,
    Warning,
    Error,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    weight: Weight,
    subject: &'static str,
    /// What it is called for good, whatever the words: for scripts, and to search for.
    code: &'static str,
    text: String,
}

impl Finding {
    fn good(subject: &'static str, text: impl Into<String>) -> Self {
        Self {
            weight: Weight::Good,
            subject,
            code: subject,
            text: text.into(),
        }
    }

    fn warning(subject: &'static str, what: impl fmt::Display, remedy: &str) -> Self {
        Self {
            weight: Weight::Warning,
            subject,
            code: subject,
            text: format!("{what}; {remedy}"),
        }
    }

    fn error(subject: &'static str, what: impl fmt::Display, remedy: &str) -> Self {
        Self::plain_error(subject, format_args!("{what}; {remedy}"))
    }

    /// What says itself what to do.
    fn plain_error(subject: &'static str, what: impl fmt::Display) -> Self {
        Self {
            weight: Weight::Error,
            subject,
            code: subject,
            text: what.to_string(),
        }
    }

    /// With a code of its own.
    const fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// The same, as a warning where it has this code.
    fn softened_from(self, code: &str) -> Self {
        if self.code == code {
            self.softened()
        } else {
            self
        }
    }

    /// The same as a warning: for what may be mended by waiting.
    const fn softened(mut self) -> Self {
        self.weight = Weight::Warning;
        self
    }

    /// Whether the installation is sick with it.
    pub(super) fn is_error(&self) -> bool {
        self.weight == Weight::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Good => "ok",
            Weight::Warning => "warning",
            Weight::Error => "ERROR",
        };
        write!(f, "{weight:<8}{:<14}{}", self.subject, self.text)?;
        match self.weight {
            Weight::Good => Ok(()),
            Weight::Warning | Weight::Error => write!(f, " [{}]", self.code),
        }
    }
}

/// Looks at everything, and changes nothing.
pub(super) fn run(globals: &Globals) -> Result<ExitCode> {
    let findings = match load(globals) {
        Ok(config) => {
            let mut findings = vec![Finding::good("configuration", "valid")];
            findings.extend(files::look(&config));
            runtime(1)?.block_on(async {
                findings.extend(database::look(&config).await);
                findings.extend(redis::look(&config).await);
                findings.extend(network::look(&config));
            });
            findings
        }
        Err(error) => refused(&error),
    };
    for finding in &findings {
        say(finding)?;
    }
    let sick = findings.iter().any(Finding::is_error);
    Ok(if sick {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Nothing else can be looked at without a configuration.
fn refused(error: &anyhow::Error) -> Vec<Finding> {
    let refused = |what: &dyn fmt::Display| {
        Finding::error(
            "configuration",
            what,
            "`inviter config generate` prints every key with its meaning",
        )
    };
    match error.downcast_ref::<ConfigErrors>() {
        Some(ConfigErrors(errors)) => errors.iter().map(|error| refused(error)).collect(),
        None => vec![refused(error)],
    }
}
