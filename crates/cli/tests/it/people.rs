use crate::program::{Server, complained, data_dir, said};

/// The secret that a command printed.
fn secret<'a>(said: &'a str, prefix: &str) -> &'a str {
    let found = said
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with(prefix));
    found.unwrap_or_else(|| panic!("no {prefix}… in {said}"))
}

fn status(server: &Server, path: &str, secret: &str) -> u16 {
    server
        .get(path, &[("Authorization", &format!("Bearer {secret}"))])
        .status
}

#[test]
fn a_key_made_beside_a_running_server_works_at_once() {
    let data = data_dir();
    let server = Server::start(data.path());
    said(data.path(), &["project", "create", "--slug", "my-app"]);
    let said = said(
        data.path(),
        &[
            "key",
            "create",
            "--project",
            "my-app",
            "--name",
            "backend",
            "--scope",
            "programs:read,codes:read",
        ],
    );
    let key = secret(&said, "inv_test_");
    assert_eq!(status(&server, "/api/v1/programs", key), 200);
    assert_eq!(status(&server, "/api/v1/members", key), 403);
    assert_eq!(status(&server, "/api/v1/programs", &format!("{key}x")), 401);
}

#[test]
fn a_key_is_for_a_project_that_there_is_and_scopes_that_there_are() {
    let data = data_dir();
    let words = [
        "key",
        "create",
        "--project",
        "my-app",
        "--name",
        "backend",
        "--scope",
        "all",
    ];
    let complaint = complained(data.path(), &words);
    assert!(complaint.contains("my-app"), "{complaint}");
    let output = crate::program::run(
        data.path(),
        &[
            "key",
            "create",
            "--project",
            "a",
            "--name",
            "b",
            "--scope",
            "c",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("codes:read")
    );
}

#[test]
fn a_project_is_made_once() {
    let data = data_dir();
    said(
        data.path(),
        &["project", "create", "--slug", "my-app", "--name", "My App"],
    );
    let complaint = complained(data.path(), &["project", "create", "--slug", "my-app"]);
    assert!(complaint.starts_with("error: conflict: "), "{complaint}");
    assert!(complained(data.path(), &["project", "create", "--slug", "api"]).contains("slug"));
}

#[test]
fn an_operator_signs_in_with_the_newest_token_only() {
    let data = data_dir();
    let server = Server::start(data.path());
    let first = said(
        data.path(),
        &[
            "admin",
            "create",
            "--email",
            "ada@example.com",
            "--name",
            "Ada",
        ],
    );
    let first = secret(&first, "inv_op_");
    assert_eq!(status(&server, "/api/v1/operators", first), 200);
    let second = said(
        data.path(),
        &["admin", "reset", "--email", "ADA@example.com"],
    );
    assert_eq!(
        status(&server, "/api/v1/operators", secret(&second, "inv_op_")),
        200
    );
    let complaint = complained(
        data.path(),
        &["admin", "reset", "--email", "bob@example.com"],
    );
    assert_eq!(
        complaint,
        "error: there is no operator with the e-mail bob@example.com\n"
    );
}

#[test]
fn a_role_limits_an_operator() {
    let data = data_dir();
    let server = Server::start(data.path());
    let words = [
        "admin",
        "create",
        "--email",
        "bob@example.com",
        "--name",
        "Bob",
        "--role",
        "analyst",
    ];
    let said = said(data.path(), &words);
    assert_eq!(
        status(&server, "/api/v1/operators", secret(&said, "inv_op_")),
        403
    );
}

#[test]
fn an_operator_gets_a_link_to_a_password() {
    let data = data_dir();
    let words = ["--email", "ada@example.com"];
    let made = said(
        data.path(),
        &[&["admin", "create", "--name", "Ada"], &words[..]].concat(),
    );
    let link = "http://127.0.0.1:3000/console/reset/";
    let first = secret(&made, link).to_owned();
    assert!(made.contains("once, within 72 hours."), "{made}");
    let again = said(data.path(), &[&["admin", "reset"], &words[..]].concat());
    assert_ne!(secret(&again, link), first);
}
