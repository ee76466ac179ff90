//! What tells a process whether a commit happened whose answer it did not get.

use super::ddl::{Step, id, integer, table};

pub(super) fn statements() -> Vec<Step> {
    vec![table(
        "fences",
        vec![id("process_id"), integer("seq")],
        &["process_id"],
    )]
}
