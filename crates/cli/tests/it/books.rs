use crate::program::{Server, data_dir, said};

#[test]
fn the_books_of_a_new_installation_are_sound() {
    let data = data_dir();
    let said = said(data.path(), &["ledger", "verify"]);
    assert_eq!(
        said,
        "0 transfers, 0 accounts, 0 grants\nThe ledger is sound.\n"
    );
}

#[test]
fn the_audit_trail_holds_what_the_command_line_did() {
    let data = data_dir();
    let _server = Server::start(data.path());
    said(data.path(), &["project", "create", "--slug", "my-app"]);
    let said = said(data.path(), &["audit", "verify"]);
    assert_eq!(
        said,
        "2 entries are as they were written\nThe audit trail is whole.\n"
    );
}

#[test]
fn migrations_are_planned_applied_and_listed() {
    let data = data_dir();
    let planned = said(data.path(), &["migrate", "plan"]);
    let names: Vec<&str> = planned
        .lines()
        .filter(|line| line.starts_with('m'))
        .collect();
    assert!(names.len() > 10, "{planned}");
    let applied = said(data.path(), &["migrate"]);
    assert_eq!(
        applied
            .lines()
            .filter(|line| line.starts_with('m'))
            .collect::<Vec<_>>(),
        names
    );
    let status = said(data.path(), &["migrate", "status"]);
    assert_eq!(
        status
            .lines()
            .filter(|line| line.starts_with("applied  "))
            .count(),
        names.len()
    );
    assert!(
        status.ends_with(&format!(": 0 of {} migrations are pending\n", names.len())),
        "{status}"
    );
    assert!(said(data.path(), &["migrate"]).contains(": 0 migrations applied"));
}
