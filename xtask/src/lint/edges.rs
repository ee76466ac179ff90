//! Who may depend on whom.

use cargo_metadata::{DependencyKind, Metadata};

use super::{Finding, Rule, Tree};
use Allowed::{Everything, These};

/// What a room may depend on.
#[derive(Debug, Clone, Copy)]
pub enum Allowed {
    /// These rooms.
    These(&'static [&'static str]),
    /// Every room.
    Everything,
}

/// The dependency table: one room a line. In dev-dependencies every room may use `testkit` too; elsewhere none may.
pub const TABLE: &[(&str, Allowed)] = &[
    ("kernel", These(&[])),
    ("domain", These(&["kernel"])),
    ("config", These(&["kernel"])),
    ("cache", These(&["kernel"])),
    ("telemetry", These(&["kernel"])),
    ("http-kit", These(&["kernel", "cache"])),
    ("notify", These(&["kernel", "domain"])),
    ("store", These(&["kernel", "domain"])),
    ("jobs", These(&["kernel", "domain", "store"])),
    (
        "app",
        These(&[
            "kernel",
            "domain",
            "store",
            "jobs",
            "notify",
            "cache",
            "telemetry",
        ]),
    ),
    (
        "api",
        These(&["kernel", "domain", "app", "http-kit", "cache"]),
    ),
    (
        "web",
        These(&["kernel", "domain", "app", "http-kit", "cache", "notify"]),
    ),
    ("cli", Everything),
    ("testkit", Everything),
    ("bench", Everything),
    ("xtask", These(&[])),
];

/// One dependency between two rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Who depends.
    pub from: String,
    /// On whom.
    pub to: String,
    /// Only its tests do.
    pub dev: bool,
}

/// The rooms of the workspace and what they depend on, without the prefix `inviter-`.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Every room.
    pub rooms: Vec<String>,
    /// Every dependency between two of them.
    pub edges: Vec<Edge>,
}

impl From<&Metadata> for Graph {
    fn from(metadata: &Metadata) -> Self {
        let packages = metadata.workspace_packages();
        let rooms: Vec<String> = packages.iter().map(|package| room(&package.name)).collect();
        let dependencies = packages.iter().flat_map(|package| {
            package
                .dependencies
                .iter()
                .map(|dependency| (room(&package.name), dependency))
        });
        let edges = dependencies
            .map(|(from, dependency)| Edge {
                from,
                to: room(&dependency.name),
                dev: dependency.kind == DependencyKind::Development,
            })
            .filter(|edge| rooms.contains(&edge.to))
            .collect();
        Self { rooms, edges }
    }
}

fn room(package: &str) -> String {
    package
        .strip_prefix("inviter-")
        .unwrap_or(package)
        .to_owned()
}

fn allowed(room: &str) -> Option<Allowed> {
    TABLE
        .iter()
        .find(|(name, _)| *name == room)
        .map(|(_, allowed)| *allowed)
}

fn permits(allowed: Allowed, edge: &Edge) -> bool {
    match allowed {
        // A crate's tests may ask the crate itself for a feature.
        _ if edge.to == "testkit" || edge.to == edge.from => edge.dev,
        These(rooms) => rooms.contains(&edge.to.as_str()),
        Everything => true,
    }
}

/// Every room is in the table and no edge is outside it.
pub(super) fn directions(graph: &Graph, findings: &mut Vec<Finding>) {
    for room in graph.rooms.iter().filter(|room| allowed(room).is_none()) {
        findings.push(Finding::file(
            Rule::Direction,
            &manifest(room),
            format!("`{room}` is not in the table"),
        ));
    }
    for edge in &graph.edges {
        if allowed(&edge.from).is_some_and(|allowed| !permits(allowed, edge)) {
            let kind = if edge.dev {
                "dev-dependencies"
            } else {
                "dependencies"
            };
            let what = format!("`{}` may not have `{}` in its {kind}", edge.from, edge.to);
            findings.push(Finding::file(Rule::Direction, &manifest(&edge.from), what));
        }
    }
}

fn manifest(room: &str) -> String {
    if matches!(room, "xtask" | "bench") {
        format!("{room}/Cargo.toml")
    } else {
        format!("crates/{room}/Cargo.toml")
    }
}

/// ARCHITECTURE.md has every row of the table.
pub(super) fn documented(tree: &Tree, findings: &mut Vec<Finding>) {
    let document = "ARCHITECTURE.md";
    let text = tree.text(document).unwrap_or_default();
    for (room, allowed) in TABLE {
        let start = row(room, *allowed);
        if !text.lines().any(|line| line.starts_with(&start)) {
            findings.push(Finding::file(
                Rule::DocumentedTable,
                document,
                format!("no row starts with: {start}"),
            ));
        }
    }
}

fn row(room: &str, allowed: Allowed) -> String {
    let rooms = match allowed {
        These([]) => "nothing".to_owned(),
        These(rooms) => rooms
            .iter()
            .map(|room| format!("`{room}`"))
            .collect::<Vec<_>>()
            .join(", "),
        Everything => "everything".to_owned(),
    };
    format!("| `{room}` | {rooms} |")
}
