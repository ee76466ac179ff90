//! The generated pages of the book: what the binary says about itself.

mod cli;
mod problems;

use anyhow::Result;

use crate::{args::Topic, output::say};

/// Prints a page.
pub(crate) fn print(topic: Topic) -> Result<()> {
    let page = match topic {
        Topic::Openapi => api::openapi().to_pretty_json()?,
        Topic::Config => config::reference(),
        Topic::Cli => cli::page(),
        Topic::Metrics => telemetry::catalogue(),
        Topic::Permissions => app::operators::permission_table(),
        Topic::Problems => problems::page(),
    };
    say(page.trim_end())
}
