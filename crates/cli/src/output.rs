//! What is printed: results on standard output, everything else is the log's.

use std::{
    fmt::Write as _,
    io::{self, Write},
    time::Duration,
};

use anyhow::Result;
use app::AppError;
use indicatif::{ProgressBar, ProgressStyle};

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

/// An error in one line, with the fields that are not valid.
pub(crate) fn told(error: &anyhow::Error) -> String {
    let mut line = format!("{error:#}");
    let problem = error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(AppError::Problem(problem)) => Some(problem),
        _ => None,
    });
    for field in problem.into_iter().flat_map(|problem| &problem.fields) {
        let _ = write!(line, " {}: {}", field.field, field.message);
    }
    line
}

/// How many are done, shown on a terminal only.
pub(crate) fn progress(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
