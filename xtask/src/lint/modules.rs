//! Length, names and places of files.

use super::{Finding, Rule, Tree};

const MOST_LINES: usize = 400;
const VAGUE: [&str; 10] = [
    "util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services",
    "misc",
];
const ORM: &str = concat!("sea", "_orm");
const ORM_PACKAGE: &str = concat!("sea", "-orm");
const TEST_ATTRIBUTES: [&str; 3] = ["#[cfg(test)]", "#[test]", "#[tokio::test"];

/// No file is longer than a head holds.
pub(super) fn lengths(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, text) in tree.texts(&[".rs", ".html", ".css", ".sh", ".toml"]) {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            let what = format!("{lines} lines; at most {MOST_LINES} are allowed");
            findings.push(Finding::file(Rule::Length, path, what));
        }
    }
}

/// No module has a name that fits everything, and none is called `mod.rs`.
pub(super) fn names(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, text) in tree.texts(&[".rs"]) {
        if path.ends_with("/mod.rs") {
            findings.push(Finding::file(
                Rule::ModRs,
                path,
                "a module file called mod.rs",
            ));
        }
        let stem = path.trim_end_matches(".rs");
        if let Some(name) = stem.split('/').find(|name| VAGUE.contains(name)) {
            findings.push(Finding::file(
                Rule::ModuleName,
                path,
                format!("`{name}` in the path"),
            ));
        }
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(name) = inline_module(line).filter(|name| VAGUE.contains(name)) {
                findings.push(Finding::line(
                    Rule::ModuleName,
                    path,
                    number,
                    format!("a module called `{name}`"),
                ));
            }
        }
    }
}

/// The name in `mod name {`, with or without visibility.
fn inline_module(line: &str) -> Option<&str> {
    let (head, _) = line.split_once('{')?;
    let mut words = head
        .split_whitespace()
        .skip_while(|word| word.starts_with("pub"));
    (words.next()? == "mod").then(|| words.next()).flatten()
}

/// No test stands in `src/`.
pub(super) fn tests(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, text) in tree
        .texts(&[".rs"])
        .filter(|(path, _)| path.contains("/src/"))
    {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_start();
            if TEST_ATTRIBUTES
                .iter()
                .any(|attribute| line.starts_with(attribute))
            {
                findings.push(Finding::line(Rule::InlineTest, path, number, line));
            }
        }
    }
}

/// The ORM is named in `store` alone, in its code and its manifest.
pub(super) fn orm(tree: &Tree, findings: &mut Vec<Finding>) {
    let code = tree.texts(&[".rs"]).filter(|(_, text)| text.contains(ORM));
    let manifests = tree
        .texts(&["/Cargo.toml"])
        .filter(|(_, text)| text.contains(ORM_PACKAGE));
    for (path, _) in code
        .chain(manifests)
        .filter(|(path, _)| !path.starts_with("crates/store/"))
    {
        findings.push(Finding::file(Rule::Orm, path, "it names the ORM"));
    }
}

/// Each crate has a README, and its documentation begins with it.
pub(super) fn readmes(tree: &Tree, findings: &mut Vec<Finding>) {
    for (manifest, _) in tree.texts(&["/Cargo.toml"]) {
        let home = manifest.trim_end_matches("Cargo.toml");
        if tree.text(&format!("{home}README.md")).is_none() {
            findings.push(Finding::file(
                Rule::Readme,
                manifest,
                "there is no README.md beside it",
            ));
        }
        let library = format!("{home}src/lib.rs");
        if tree
            .text(&library)
            .is_some_and(|text| !text.contains("include_str!(\"../README.md\")"))
        {
            findings.push(Finding::file(
                Rule::Readme,
                &library,
                "it does not include the README",
            ));
        }
    }
}
