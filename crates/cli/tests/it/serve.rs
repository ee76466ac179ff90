use std::{fs, os::unix::fs::PermissionsExt, thread, time::Duration};

use crate::program::{Server, complained, data_dir, inviter, said, worker};

#[test]
fn the_first_start_says_where_to_go() {
    let data = data_dir();
    let server = Server::start(data.path());
    assert_eq!(server.get("/api/ready", &[]).status, 200);
    let said = server.stop();
    assert!(said.contains("/api/docs"), "{said}");
    assert!(said.contains("/console/set-up/"), "{said}");
    for next in ["admin create", "project create", "key create"] {
        assert!(
            said.contains(&format!("data_dir={} {next}", data.path().display())),
            "{said}"
        );
    }
}

#[test]
fn later_starts_do_not_repeat_the_first_steps() {
    let data = data_dir();
    said(
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
    let said = Server::start(data.path()).stop();
    assert!(
        said.contains("/api/docs") && !said.contains("admin create"),
        "{said}"
    );
}

#[test]
fn what_is_made_is_for_its_owner_only() {
    let data = data_dir();
    let place = data.path().join("new");
    drop(Server::start_with(
        data.path(),
        &["--set", &format!("data_dir={}", place.display())],
    ));
    let mode = |name: &str| fs::metadata(place.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("secret.key")), (0o700, 0o600));
}

#[test]
fn sigterm_ends_it_well_and_it_starts_again_with_the_same_secret() {
    let data = data_dir();
    let secret = || fs::read_to_string(data.path().join("secret.key")).unwrap();
    Server::start(data.path()).stop();
    let first = secret();
    let again = Server::start(data.path());
    assert_eq!(again.get("/livez", &[]).status, 200);
    assert_eq!((secret(), first.trim().len()), (first, 64));
}

#[test]
fn while_it_drains_it_serves_on_and_is_not_ready() {
    let data = data_dir();
    let server = Server::start_with(data.path(), &["--set", "server.drain_delay=2s"]);
    server.terminate();
    server.line("stopping");
    thread::sleep(Duration::from_millis(100));
    let ready = server.get("/api/ready", &[]);
    assert_eq!(
        (ready.status, ready.json()["code"].as_str()),
        (503, Some("unavailable"))
    );
    assert_eq!(server.get("/api/health", &[]).json()["state"], "draining");
    assert_eq!(server.get("/livez", &[]).status, 200);
    assert_eq!(server.ended().0, Some(0));
}

#[test]
fn all_its_threads_take_turns() {
    const SCHED_BATCH: &str = "3";
    let data = data_dir();
    let policies = Server::start(data.path()).policies();
    assert!(policies.len() > 3, "{policies:?}");
    assert!(
        policies.iter().all(|policy| policy == SCHED_BATCH),
        "{policies:?}"
    );
}

#[test]
fn one_data_directory_is_for_one_server() {
    let data = data_dir();
    let first = Server::start(data.path());
    let complaint = complained(data.path(), &["--set", "server.bind=127.0.0.1:0", "serve"]);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(
        complaint.starts_with("error: another process of Inviter uses "),
        "{complaint}"
    );
    assert_eq!(first.get("/api/ready", &[]).status, 200);
}

#[test]
fn a_taken_address_is_told_in_one_line() {
    let (one, other) = (data_dir(), data_dir());
    let first = Server::start(one.path());
    let bind = format!("server.bind={}", first.address);
    let complaint = complained(other.path(), &["--set", &bind, "serve"]);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(
        complaint.contains("(server.bind) cannot be listened on"),
        "{complaint}"
    );
    assert!(!other.path().join("inviter.db").exists());
}

#[test]
fn a_worker_works_beside_a_server_and_ends_well() {
    let data = data_dir();
    let server = Server::start(data.path());
    let worker = worker(data.path());
    assert_eq!(worker.stop(), "");
    assert_eq!(server.get("/api/ready", &[]).status, 200);
}

#[test]
fn settings_on_both_sides_of_the_command_count() {
    let data = data_dir();
    let output = inviter(
        data.path(),
        &["--set", "server.bind=127.0.0.1:4001", "config", "show"],
    )
    .args(["--set=jobs.workers=7"])
    .output()
    .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("127.0.0.1:4001") && shown.contains("workers = 7"),
        "{shown}"
    );
}
