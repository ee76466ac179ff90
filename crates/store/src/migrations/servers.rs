//! What a database behind a network needs: what tells a process whether a commit happened whose answer it did not get, and that
//! the contents of another database are on their way into this one.

use super::ddl::{Step, hash, id, integer, table};

pub(super) fn statements() -> Vec<Step> {
    vec![
        table(
            "fences",
            vec![id("process_id"), integer("seq")],
            &["process_id"],
        ),
        table("moves", vec![hash("source_hash", 32)], &["source_hash"]),
    ]
}
