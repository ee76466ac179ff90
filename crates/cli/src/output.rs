//! What is printed: results on standard output, everything else is the log's.

use std::io::{self, Write};

use anyhow::Result;

/// Prints a line.
pub(crate) fn say(line: impl std::fmt::Display) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{line}")?)
}

/// Whether an error only means that nobody reads any more.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
