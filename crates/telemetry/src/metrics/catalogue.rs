//! The catalogue of all figures.

use std::fmt::Write;

use prometheus_client::registry::Registry;

use super::{Metrics, backup, guard};

/// Every metric with its kind, labels and meaning, as Markdown; made from the registry itself.
pub fn catalogue() -> String {
    let metrics = Metrics::new(Registry::default(), "version");
    metrics.families.touch();
    format!(
        "# Metrics\n\nAt `/api/metrics` of Inviter:\n\n{}\n## Of the guard of a MySQL group\n\nAt `/metrics` of `inviter mysql-guard`:\n\n{}\n## Of the backup agent\n\nAt `/metrics` of `inviter backup-agent`:\n\n{}",
        table(&metrics.render()),
        table(&guard::sample()),
        table(&backup::sample())
    )
}

fn table(exposition: &str) -> String {
    let mut page = "| Name | Kind | Labels | Meaning |\n|---|---|---|---|\n".to_owned();
    let lines: Vec<&str> = exposition.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((name, help)) = line
            .strip_prefix("# HELP ")
            .and_then(|rest| rest.split_once(' '))
        else {
            continue;
        };
        let body = &lines[at + 1..];
        let body = &body[..body
            .iter()
            .position(|line| line.starts_with("# HELP "))
            .unwrap_or(body.len())];
        let kind = body
            .iter()
            .find_map(|line| line.strip_prefix("# TYPE ")?.split(' ').nth(1))
            .unwrap_or_default();
        let sample = body
            .iter()
            .find(|line| !line.starts_with('#'))
            .copied()
            .unwrap_or_default();
        let suffix = match kind {
            "counter" => "_total",
            "info" => "_info",
            _ => "",
        };
        let labels = label_names(sample);
        let _ = writeln!(page, "| `{name}{suffix}` | {kind} | {labels} | {help} |");
    }
    page
}

/// `a{b="c",d="e"} 1` to `b`, `d`. The sample labels hold no commas.
fn label_names(sample: &str) -> String {
    let labels = sample
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or("", |(labels, _)| labels);
    let names = labels
        .split(',')
        .filter_map(|label| label.split_once('='))
        .map(|(name, _)| name);
    names
        .filter(|name| *name != "le")
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
