use cargo_metadata::MetadataCommand;
use xtask::lint::{Edge, Graph, Rule, Tree, check};

use super::{architecture, at};

/// Rule and place of what is found for one dependency.
fn judged(from: &str, to: &str, dev: bool) -> Vec<(Rule, String)> {
    let edge = Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        dev,
    };
    let graph = Graph {
        rooms: vec![from.to_owned()],
        edges: vec![edge],
    };
    let tree = Tree::of([("ARCHITECTURE.md", architecture().as_str())]);
    check(&tree, &graph)
        .into_iter()
        .map(|finding| (finding.rule, finding.place))
        .collect()
}

#[test]
fn an_edge_of_the_table_is_fine() {
    assert_eq!(judged("app", "store", false), []);
    assert_eq!(judged("cli", "web", false), []);
}

#[test]
fn an_edge_against_the_direction_is_found() {
    assert_eq!(
        judged("domain", "store", false),
        at(Rule::Direction, "crates/domain/Cargo.toml")
    );
    assert_eq!(
        judged("api", "store", false),
        at(Rule::Direction, "crates/api/Cargo.toml")
    );
    assert_eq!(
        judged("xtask", "kernel", false),
        at(Rule::Direction, "xtask/Cargo.toml")
    );
}

#[test]
fn the_direction_holds_for_tests_too() {
    assert_eq!(
        judged("domain", "store", true),
        at(Rule::Direction, "crates/domain/Cargo.toml")
    );
}

#[test]
fn testkit_serves_tests_only() {
    assert_eq!(judged("api", "testkit", true), []);
    assert_eq!(
        judged("api", "testkit", false),
        at(Rule::Direction, "crates/api/Cargo.toml")
    );
    assert_eq!(
        judged("cli", "testkit", false),
        at(Rule::Direction, "crates/cli/Cargo.toml")
    );
}

#[test]
fn a_room_outside_the_table_is_found() {
    let found = judged("attic", "kernel", false);
    assert_eq!(found, at(Rule::Direction, "crates/attic/Cargo.toml"));
}

#[test]
fn the_document_has_to_show_the_table() {
    let text = architecture().replace("| `cache` | `kernel` |", "| `cache` | `kernel`, `store` |");
    let found = check(
        &Tree::of([("ARCHITECTURE.md", text.as_str())]),
        &Graph::default(),
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].rule, Rule::DocumentedTable);
    assert_eq!(found[0].what, "no row starts with: | `cache` | `kernel` |");
}

#[test]
fn cargo_tells_rooms_and_edges_without_the_prefix() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let graph = Graph::from(&metadata);
    let edge = Edge {
        from: "domain".to_owned(),
        to: "kernel".to_owned(),
        dev: false,
    };
    assert!(graph.edges.contains(&edge), "{graph:?}");
    assert!(graph.rooms.contains(&"xtask".to_owned()), "{graph:?}");
}
