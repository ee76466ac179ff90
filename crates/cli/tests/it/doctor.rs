use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::program::{Server, data_dir, run};

/// Exit code and the lines about one subject.
fn examined(data: &Path, subject: &str, words: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = run(data, &[&["doctor"], words].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    let about = said.lines().filter(|line| line[8..].starts_with(subject));
    (output.status.code(), about.map(str::to_owned).collect())
}

#[test]
fn a_running_installation_is_well() {
    let data = data_dir();
    let _server = Server::start(data.path());
    for subject in [
        "configuration",
        "data_dir",
        "secret",
        "database",
        "clock",
        "schema",
        "ledger",
        "public_url",
    ] {
        let (code, lines) = examined(data.path(), subject, &[]);
        assert_eq!(code, Some(0));
        assert!(
            lines.len() == 1 && lines[0].starts_with("ok"),
            "{subject}: {lines:?}"
        );
    }
}

#[test]
fn it_changes_nothing() {
    let data = data_dir();
    assert_eq!(run(data.path(), &["doctor"]).status.code(), Some(0));
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn a_readable_secret_is_told_with_the_remedy_and_a_broken_one_is_an_error() {
    let data = data_dir();
    drop(Server::start(data.path()));
    let secret = data.path().join("secret.key");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let (code, lines) = examined(data.path(), "secret", &[]);
    assert!(
        lines[0].starts_with("warning") && lines[0].contains("chmod 600"),
        "{lines:?}"
    );
    assert_eq!(code, Some(0));
    fs::write(&secret, "not a secret\n").unwrap();
    let (code, lines) = examined(data.path(), "secret", &[]);
    assert!(lines[0].starts_with("ERROR"), "{lines:?}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_mail_server_that_does_not_answer_is_an_error() {
    let data = data_dir();
    let (code, lines) = examined(
        data.path(),
        "mail",
        &["--set", "mail.smtp_url=smtp://127.0.0.1:1"],
    );
    assert_eq!(code, Some(1));
    assert!(lines[0].contains("127.0.0.1:1"), "{lines:?}");
}

#[test]
fn every_mistake_in_the_configuration_is_a_line() {
    let data = data_dir();
    let wrong = ["--set", "jobs.workers=0", "--set", "log.level=loud"];
    let (code, lines) = examined(data.path(), "configuration", &wrong);
    assert_eq!((code, lines.len()), (Some(1), 2), "{lines:?}");
}

#[test]
fn links_that_others_cannot_open_are_told() {
    let data = data_dir();
    let (_, lines) = examined(
        data.path(),
        "public_url",
        &["--set", "server.bind=0.0.0.0:3000"],
    );
    assert!(
        lines[0].starts_with("warning") && lines[0].contains("server.public_url"),
        "{lines:?}"
    );
}

/// The lines of `config check` after the first, and its code.
fn checked(data: &Path, words: &[&str]) -> (Option<i32>, Vec<String>) {
    let output = run(data, &[&["config", "check"], words].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    let lines = said.lines().skip(1).map(str::to_owned).collect();
    (output.status.code(), lines)
}

const NOBODY: [&str; 4] = [
    "--set",
    "database.url=mysql://app:secret@127.0.0.1:1/inviter",
    "--set",
    "security.secret=the same for every process of it",
];

#[test]
fn a_database_that_does_not_answer_is_one_line_with_a_code() {
    let data = data_dir();
    let (code, lines) = examined(data.path(), "database", &NOBODY);
    assert_eq!((code, lines.len()), (Some(1), 1), "{lines:?}");
    let line = &lines[0];
    assert!(line.starts_with("ERROR"), "{line}");
    assert!(line.contains("127.0.0.1:1") && line.ends_with("[database_unreachable]"));
    assert!(!line.contains("secret"), "{line}");
    // It may be started after the configuration was checked.
    let (code, lines) = checked(data.path(), &NOBODY);
    assert_eq!((code, lines.len()), (Some(0), 1), "{lines:?}");
    assert!(lines[0].starts_with("warning"), "{lines:?}");
    let (code, lines) = checked(data.path(), &[&NOBODY[..], &["--offline"]].concat());
    assert_eq!((code, lines.len()), (Some(0), 0), "{lines:?}");
}

#[test]
fn each_member_that_does_not_answer_is_a_line() {
    let data = data_dir();
    let members = ["--set", "database.members=127.0.0.1:1,127.0.0.1:2"];
    let words = [&NOBODY[..], &members].concat();
    let (code, lines) = checked(data.path(), &words);
    assert_eq!((code, lines.len()), (Some(0), 3), "{lines:?}");
    for (line, member) in lines.iter().zip(["127.0.0.1:1", "127.0.0.1:2"]) {
        assert!(
            line.contains(&format!("{member}: it cannot be reached")),
            "{line}"
        );
        assert!(line.ends_with("[database_unreachable]"), "{line}");
    }
    assert!(lines[2].ends_with("[database_no_writer]"), "{lines:?}");
}
