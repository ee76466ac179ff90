//! Backup and restore, with a server that runs and writes.

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use crate::program::{Server, ask, complained, data_dir, get, run, said, worker};

/// The only backup in the data directory.
fn backup(data: &Path) -> PathBuf {
    let entries = fs::read_dir(data.join("backups")).unwrap();
    let mut found = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with(".lock"));
    let backup = found.next().unwrap();
    assert_eq!(found.next(), None);
    backup
}

/// What was acknowledged: sign-ups by external id, clicks by `utm_source`.
#[derive(Debug, Default)]
struct Acknowledged {
    sign_ups: Mutex<BTreeSet<String>>,
    clicks: Mutex<BTreeSet<String>>,
}

impl Acknowledged {
    fn so_far(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        (
            self.sign_ups.lock().unwrap().clone(),
            self.clicks.lock().unwrap().clone(),
        )
    }

    /// Signs up and clicks until it is stopped.
    fn load(
        &self,
        address: SocketAddr,
        key: &str,
        code: &str,
        next: &AtomicUsize,
        stop: &AtomicBool,
    ) {
        while !stop.load(Ordering::Relaxed) {
            let name = format!("load-{}", next.fetch_add(1, Ordering::Relaxed));
            let clicked = get(address, &format!("/i/{code}?utm_source={name}"), &[]);
            if clicked.status < 400 {
                self.clicks.lock().unwrap().insert(name.clone());
            }
            let body = format!(
                r#"{{"type": "sign_up", "event_id": "{name}", "external_id": "{name}", "code": "{code}"}}"#
            );
            let headers = [
                ("authorization", format!("Bearer {key}")),
                ("content-type", "application/json".to_owned()),
            ];
            let headers = headers
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            let signed_up = ask(address, "POST", "/api/v1/events", &headers, &body);
            if signed_up.status < 300 {
                self.sign_ups.lock().unwrap().insert(name);
            }
        }
    }
}

/// The last word of a command that begins so.
fn word(said: &str, prefix: &str) -> String {
    let mut words = said.split_whitespace();
    words
        .find(|word| word.starts_with(prefix))
        .unwrap()
        .to_owned()
}

#[test]
fn what_was_acknowledged_before_a_backup_is_in_it_once_and_the_books_add_up() {
    let (data, place) = (data_dir(), data_dir());
    let key = word(&said(data.path(), &["demo", "--days", "7"]), "inv_live_");
    let codes = said(data.path(), &["export", "codes", "--project", "demo"]);
    let code = codes.lines().last().unwrap().split(',').nth(1).unwrap();
    let server = Server::start(data.path());
    let (address, key) = (server.address, key.as_str());
    let acknowledged = Acknowledged::default();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sign_ups, clicks) = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| acknowledged.load(address, key, code, &next, &stop));
        }
        while next.load(Ordering::Relaxed) < 60 {
            thread::sleep(Duration::from_millis(10));
        }
        let before = acknowledged.so_far();
        said(data.path(), &["backup"]);
        stop.store(true, Ordering::Relaxed);
        before
    });
    assert!(sign_ups.len() > 20 && clicks.len() > 20, "{acknowledged:?}");
    drop(server);

    said(data.path(), &["backup", "verify"]);
    let into = place.path().join("restored");
    let from = data.path().join("backups");
    let words = [
        "restore",
        "--latest",
        "--from",
        from.to_str().unwrap(),
        "--into",
        into.to_str().unwrap(),
    ];
    let restored = said(data.path(), &words);
    assert!(restored.ends_with("The ledger is sound.\n"), "{restored}");
    let members = said(&into, &["export", "members", "--project", "demo"]);
    let members: BTreeSet<_> = members
        .lines()
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    let missing: Vec<_> = sign_ups
        .iter()
        .filter(|name| !members.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "sign-ups are missing: {missing:?}");
    let rows = said(&into, &["export", "clicks", "--project", "demo"]);
    for name in &clicks {
        let found = rows
            .matches(&format!("\"\"source\"\":\"\"{name}\"\""))
            .count();
        assert_eq!(found, 1, "the click {name}");
    }
    let ledger = said(&into, &["ledger", "verify"]);
    assert!(ledger.ends_with("The ledger is sound.\n"), "{ledger}");
    // The audit trail knows of the restore, and is whole.
    said(&into, &["audit", "verify"]);
    // It serves, with a journal of its own.
    let again = Server::start(&into);
    assert!(get(again.address, &format!("/i/{code}?utm_source=later"), &[]).status < 400);
}

#[test]
fn a_backup_that_was_changed_is_refused_and_nothing_is_written() {
    let (data, place) = (data_dir(), data_dir());
    said(data.path(), &["project", "create", "--slug", "my-app"]);
    said(data.path(), &["backup"]);
    let backup = backup(data.path());
    let into = place.path().join("restored");
    let words = [
        "restore",
        backup.to_str().unwrap(),
        "--into",
        into.to_str().unwrap(),
    ];
    let file = backup.join("inviter.db");
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for (bytes, what) in [
        (&flipped[..], "damaged"),
        (&whole[..whole.len() - 1], "damaged"),
        (&[], "damaged"),
    ] {
        fs::write(&file, bytes).unwrap();
        for complaint in [
            complained(data.path(), &["backup", "verify"]),
            complained(data.path(), &words),
        ] {
            assert!(
                complaint.contains(what) && complaint.contains("inviter.db"),
                "{complaint}"
            );
        }
        assert!(!into.join("inviter.db").exists());
    }
    fs::remove_file(&file).unwrap();
    assert!(complained(data.path(), &words).contains("missing"));
    fs::write(&file, &whole).unwrap();
    let manifest = backup.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(
        &manifest,
        text.replace("\"projects\": 2", "\"projects\": 3"),
    )
    .unwrap();
    let complaint = complained(data.path(), &words);
    assert!(
        complaint.contains("does not hold what its manifest says"),
        "{complaint}"
    );
    fs::write(
        &manifest,
        text.replace("\"migration\": \"m", "\"migration\": \"n"),
    )
    .unwrap();
    assert!(complained(data.path(), &words).contains("newer"));
    fs::write(&manifest, text).unwrap();
    said(data.path(), &words);
}

#[test]
fn nothing_is_restored_under_a_process_or_over_a_database_unasked() {
    let data = data_dir();
    said(data.path(), &["project", "create", "--slug", "before"]);
    said(data.path(), &["backup"]);
    said(data.path(), &["project", "create", "--slug", "after"]);
    let force = ["restore", "--latest", "--force"];
    let server = Server::start(data.path());
    let complaint = complained(data.path(), &force);
    assert!(complaint.contains("stop the server"), "{complaint}");
    assert_eq!(server.get("/api/ready", &[]).status, 200);
    server.stop();
    let worker = worker(data.path());
    assert!(complained(data.path(), &force).contains("stop the server"));
    worker.stop();
    assert!(complained(data.path(), &["restore", "--latest"]).contains("--force"));
    said(data.path(), &["export", "audit", "--project", "after"]);

    let restored = said(data.path(), &force);
    assert!(complained(data.path(), &["export", "audit", "--project", "after"]).contains("after"));
    let kept = |name: &str| {
        let mut lines = restored
            .lines()
            .filter_map(|line| line.strip_prefix("kept, until you remove it: "));
        PathBuf::from(lines.find(|path| path.contains(name)).unwrap())
    };
    assert!(kept("clicks").join("name").exists());
    // What was put aside is whole: it can take its place again.
    let old = format!("database.url=sqlite:{}", kept("inviter.db").display());
    said(
        data.path(),
        &["--set", &old, "export", "audit", "--project", "after"],
    );
}

#[test]
fn after_a_restore_that_was_cut_short_nothing_starts_until_it_is_done_again() {
    let data = data_dir();
    said(data.path(), &["project", "create", "--slug", "my-app"]);
    said(data.path(), &["backup"]);
    fs::write(data.path().join("inviter.db.lock"), "!").unwrap();
    fs::remove_file(data.path().join("inviter.db")).unwrap();
    let complaint = complained(data.path(), &["--set", "server.bind=127.0.0.1:0", "serve"]);
    assert!(
        complaint.contains("run `inviter restore` again"),
        "{complaint}"
    );
    said(data.path(), &["restore", "--latest"]);
    said(data.path(), &["export", "members", "--project", "my-app"]);
}

#[test]
fn the_oldest_backups_go_and_the_newest_is_taken() {
    let data = data_dir();
    let nothing = complained(data.path(), &["backup"]);
    assert!(nothing.contains("there is no database"), "{nothing}");
    for slug in ["one", "two", "three"] {
        said(data.path(), &["project", "create", "--slug", slug]);
        said(data.path(), &["backup", "--keep", "2"]);
    }
    let listed = said(data.path(), &["backup", "list"]);
    assert_eq!(listed.lines().count(), 2, "{listed}");
    said(data.path(), &["restore", "--latest", "--force"]);
    said(data.path(), &["export", "members", "--project", "three"]);
    let second = listed.lines().last().unwrap().split(' ').next().unwrap();
    said(data.path(), &["restore", second, "--force"]);
    assert!(
        complained(data.path(), &["export", "members", "--project", "three"]).contains("three")
    );
    said(data.path(), &["export", "members", "--project", "two"]);
}

#[test]
fn an_encrypted_backup_holds_nothing_in_the_open_and_opens_with_its_key_alone() {
    let data = data_dir();
    said(
        data.path(),
        &["project", "create", "--slug", "my-planted-app"],
    );
    let key = |name: &str, text: &str| {
        let path = data.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (pair, other) = (
        said(data.path(), &["backup", "keygen"]),
        said(data.path(), &["backup", "keygen"]),
    );
    let public = word(&pair, "age1");
    let recipient = format!("backup.recipient_file={}", key("recipient", &public));
    let identity = format!("backup.identity_file={}", key("identity", &pair));
    let wrong = format!("backup.identity_file={}", key("other", &other));
    said(data.path(), &["--set", &recipient, "backup"]);
    let backup = backup(data.path());
    for name in ["inviter.db.zst.age", "secret.key.zst.age"] {
        let bytes = fs::read(backup.join(name)).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("my-planted-app"));
    }
    assert!(!backup.join("inviter.db").exists());
    let complaint = complained(data.path(), &["backup", "verify"]);
    assert!(complaint.contains("backup.identity_file"), "{complaint}");
    let complaint = complained(data.path(), &["--set", &wrong, "backup", "verify"]);
    assert!(complaint.contains("does not open"), "{complaint}");
    said(data.path(), &["--set", &identity, "backup", "verify"]);
    said(
        data.path(),
        &["--set", &identity, "restore", "--latest", "--force"],
    );
    said(
        data.path(),
        &["export", "members", "--project", "my-planted-app"],
    );
}

#[test]
fn a_restore_says_what_it_cannot_do() {
    let data = data_dir();
    said(data.path(), &["project", "create", "--slug", "my-app"]);
    said(data.path(), &["backup"]);
    let early = complained(data.path(), &["restore", "--to", "2020-01-01T00:00:00Z"]);
    assert!(
        early.contains("no backup") && early.contains("the oldest"),
        "{early}"
    );
    let listed = said(data.path(), &["restore", "--list"]);
    assert!(
        listed.contains("SQLite") && listed.contains("No changes are archived"),
        "{listed}"
    );
    for words in [
        &["restore"][..],
        &["restore", "--to", "yesterday"],
        &["restore", "--latest", "--list"],
    ] {
        assert_eq!(run(data.path(), words).status.code(), Some(2), "{words:?}");
    }
    let mysql = [
        "--set",
        "database.url=mysql://a:b@127.0.0.1:1/c",
        "restore",
        "--latest",
        "--into",
        "inviter_new",
    ];
    let complaint = complained(data.path(), &mysql);
    assert!(complaint.contains("127.0.0.1:1"), "{complaint}");
}
