//! The rules of the house that need more than one file, or more than Rust, to be seen.

mod edges;
mod finding;
mod links;
mod modules;
mod tree;
mod words;

pub use edges::{Allowed, Edge, Graph, TABLE};
pub use finding::{Finding, Rule};
pub use tree::Tree;

/// Everything in the repository that breaks a rule, in the order of the rules.
pub fn check(tree: &Tree, graph: &Graph) -> Vec<Finding> {
    let mut findings = Vec::new();
    edges::directions(graph, &mut findings);
    edges::documented(tree, &mut findings);
    modules::lengths(tree, &mut findings);
    modules::names(tree, &mut findings);
    modules::tests(tree, &mut findings);
    modules::orm(tree, &mut findings);
    modules::readmes(tree, &mut findings);
    words::banned(tree, &mut findings);
    links::resolve(tree, &mut findings);
    links::book(tree, &mut findings);
    findings
}
