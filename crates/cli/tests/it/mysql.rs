//! What is different where several processes share a server. Needs the one that `TEST_DATABASE_URL` names.

use std::path::Path;

use store::testing::Scratch;
use tokio::runtime::Runtime;

use crate::program::{Server, complained, data_dir, run, said};

fn on(url: &str, words: &[&str]) -> Vec<String> {
    let database = format!("database.url={url}");
    [
        "--set",
        &database,
        "--set",
        "security.secret=the same for every process of it",
    ]
    .iter()
    .chain(words)
    .map(|word| (*word).to_owned())
    .collect()
}

/// Runs a test with words that name a new database, and a data directory; says so where there is no server.
fn with_database(test: impl FnOnce(&Path, &dyn Fn(&[&str]) -> Vec<String>)) {
    let runtime = Runtime::new().unwrap();
    let scratch = runtime.block_on(Scratch::new());
    if !scratch.is_mysql() {
        eprintln!("skipped: TEST_DATABASE_URL names no MySQL server");
        return;
    }
    let data = data_dir();
    let url = scratch.options().url;
    test(data.path(), &|words| on(&url, words));
}

fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn the_schema_changes_only_when_somebody_says_so() {
    with_database(|data, on| {
        let complaint = complained(
            data,
            &words(&on(&["--set", "server.bind=127.0.0.1:0", "serve"])),
        );
        assert!(
            complaint.ends_with("run `inviter migrate` first\n"),
            "{complaint}"
        );
        assert_eq!(run(data, &words(&on(&["doctor"]))).status.code(), Some(1));
        said(data, &words(&on(&["migrate"])));
        assert_eq!(run(data, &words(&on(&["doctor"]))).status.code(), Some(0));
    });
}

#[test]
fn what_keeps_a_database_shut_has_a_code() {
    with_database(|data, on| {
        let url = on(&[])[1].clone();
        let (rest, schema) = url.rsplit_once('/').unwrap();
        let (account, place) = rest.rsplit_once('@').unwrap();
        let (account, _) = account.rsplit_once(':').unwrap();
        for (url, code) in [
            (
                format!("{account}:wrong@{place}/{schema}"),
                "database_login",
            ),
            (format!("{rest}/inviter_test_nowhere"), "database_missing"),
        ] {
            let told = on(&["doctor", "--set", &url]);
            let said = String::from_utf8(run(data, &words(&told)).stdout).unwrap();
            let found = said.lines().filter(|line| line.contains("[database"));
            let found: Vec<_> = found.collect();
            assert_eq!(found.len(), 1, "{said}");
            assert!(found[0].ends_with(&format!("[{code}]")), "{said}");
        }
    });
}

#[test]
fn two_servers_share_a_database() {
    with_database(|data, on| {
        said(data, &words(&on(&["migrate"])));
        let one = Server::start_with(data, &words(&on(&[])));
        let elsewhere = data_dir();
        let other = Server::start_with(elsewhere.path(), &words(&on(&[])));
        for server in [&one, &other] {
            assert_eq!(server.get("/api/ready", &[]).status, 200);
        }
        let made = said(
            data,
            &words(&on(&[
                "admin",
                "create",
                "--email",
                "ada@example.com",
                "--name",
                "Ada",
            ])),
        );
        let token = made
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with("inv_op_"))
            .unwrap();
        let bearer = format!("Bearer {token}");
        for server in [&one, &other] {
            assert_eq!(
                server
                    .get("/api/v1/operators", &[("Authorization", &bearer)])
                    .status,
                200
            );
        }
        assert_eq!(
            (one.stop().is_empty(), other.stop().is_empty()),
            (false, false)
        );
    });
}
