mod edges;
mod links;
mod modules;
mod words;

use xtask::lint::{Allowed, Finding, Graph, Rule, TABLE, Tree, check};

/// The document that the table of dependencies asks for.
fn architecture() -> String {
    let row = |(room, allowed): &(&str, Allowed)| match allowed {
        Allowed::These([]) => format!("| `{room}` | nothing | |\n"),
        Allowed::These(rooms) => format!("| `{room}` | `{}` | |\n", rooms.join("`, `")),
        Allowed::Everything => format!("| `{room}` | everything | |\n"),
    };
    TABLE.iter().map(row).collect()
}

/// What is found in a tree that is sound but for `files`.
fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    let architecture = architecture();
    let sound = [("ARCHITECTURE.md", architecture.as_str())];
    check(
        &Tree::of(sound.into_iter().chain(files.iter().copied())),
        &Graph::default(),
    )
}

/// Rule and place of what is found in a tree that is sound but for `files`.
fn places(files: &[(&str, &str)]) -> Vec<(Rule, String)> {
    findings(files)
        .into_iter()
        .map(|finding| (finding.rule, finding.place))
        .collect()
}

/// One finding, as [`places`] gives it.
fn at(rule: Rule, place: &str) -> Vec<(Rule, String)> {
    vec![(rule, place.to_owned())]
}

#[test]
fn a_sound_tree_has_no_findings() {
    let files = [
        ("crates/domain/Cargo.toml", "[package]"),
        (
            "crates/domain/README.md",
            "# Domain\n\nSee [the house](../../ARCHITECTURE.md).",
        ),
        (
            "crates/domain/src/lib.rs",
            "#![doc = include_str!(\"../README.md\")]\npub mod codes;\n",
        ),
        ("crates/domain/src/codes.rs", "//! Codes.\n"),
        ("crates/domain/tests/it/main.rs", "#[test]\nfn codes() {}\n"),
    ];
    assert_eq!(findings(&files), []);
}

#[test]
fn a_message_says_rule_place_reason_and_remedy() {
    let message = findings(&[("crates/domain/src/codes/mod.rs", "")])[0].to_string();
    let expected = format!(
        "mod-rs: crates/domain/src/codes/mod.rs: a module file called mod.rs\n  why: {}\n  do:  {}",
        Rule::ModRs.reason(),
        Rule::ModRs.remedy(),
    );
    assert_eq!(message, expected);
}
