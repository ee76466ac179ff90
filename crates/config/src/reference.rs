//! The defaults file, as it is and as a page of the manual.

use std::fmt::Write;

use crate::sources::variable;

const DEFAULTS: &str = include_str!("defaults.toml");

/// Every key with its default and its meaning, as TOML: a file to start from.
pub fn defaults() -> &'static str {
    DEFAULTS
}

/// The same as Markdown, one table for each section.
pub fn reference() -> String {
    let (preamble, body) = DEFAULTS.split_once("\n\n").unwrap_or_default();
    let mut page = format!("# Configuration\n\n{}\n", uncomment(preamble.lines(), "\n"));
    let mut comment = Vec::new();
    let mut section = "";
    let _ = write!(page, "\n## General\n\n{TABLE}");
    for line in body.lines() {
        if line.starts_with('#') {
            comment.push(line);
        } else if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name;
            let _ = write!(
                page,
                "\n## `[{name}]`\n\n{}\n\n{TABLE}",
                uncomment(comment.drain(..), " ")
            );
        } else if let Some((name, default)) = line.split_once(" = ") {
            let key = if section.is_empty() {
                name.to_owned()
            } else {
                format!("{section}.{name}")
            };
            let meaning = uncomment(comment.drain(..), " ").replace('|', "\\|");
            let _ = writeln!(
                page,
                "| `{key}` | `{default}` | `{}` | {meaning} |",
                variable(&key)
            );
        }
    }
    page
}

const TABLE: &str = "| Key | Default | Variable | Meaning |\n|---|---|---|---|\n";

fn uncomment<'a>(lines: impl Iterator<Item = &'a str>, glue: &str) -> String {
    lines
        .map(|line| line.trim_start_matches('#').trim())
        .collect::<Vec<_>>()
        .join(glue)
}
