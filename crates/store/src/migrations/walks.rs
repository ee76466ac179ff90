//! Indexes that end with the order of a list: a page is then read in its order. What no index has (a code's state, a unit) is
//! looked for on the way.

use super::ddl::{Step, index, no_index};

pub(super) fn statements() -> Vec<Step> {
    [money(), codes(), trail(), ranks()]
        .into_iter()
        .flatten()
        .collect()
}

fn money() -> Vec<Step> {
    vec![
        index("transfers", &["grant_id", "id"]),
        index("grants", &["program_id", "id"]),
    ]
}

fn codes() -> Vec<Step> {
    vec![
        index("codes", &["project_id", "id"]),
        index("codes", &["owner_id", "id"]),
        no_index("codes", &["project_id", "owner_id"]),
        index("codes", &["project_id", "batch", "id"]),
        index("invitations", &["program_id", "id"]),
        index("invitations", &["project_id", "state", "id"]),
        index("deliveries", &["endpoint_id", "state", "id"]),
    ]
}

/// The trail of everything, besides that of a project. What an entry is about is in one project.
fn trail() -> Vec<Step> {
    vec![
        index("audit", &["actor", "seq"]),
        index("audit", &["subject", "seq"]),
        no_index("audit", &["project_id", "subject", "seq"]),
        index("audit", &["action", "seq"]),
        index("audit", &["project_id", "action", "seq"]),
    ]
}

/// With the project, so that a rank is counted in the index alone.
fn ranks() -> Vec<Step> {
    let ranked = ["project_id", "program_id", "qualified", "member_id"];
    let waiting = ["project_id", "program_id", "wait_key"];
    vec![
        index("standings", &ranked),
        no_index("standings", &ranked[1..]),
        index("standings", &waiting),
        no_index("standings", &waiting[1..]),
    ]
}
