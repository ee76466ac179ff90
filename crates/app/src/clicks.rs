//! Links: which program and code they lead to.

use domain::{codes::Code, programs::Program, projects::Project};

/// All that answering a link needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeOnLink {
    /// The code.
    pub code: Code,
    /// Its program.
    pub program: Program,
    /// Its project.
    pub project: Project,
}
