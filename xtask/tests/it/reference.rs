use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use xtask::reference::{PAGES, stale, write};

/// A binary that answers as `script` says.
fn binary(home: &Path, script: &str) -> PathBuf {
    let path = home.join("inviter");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("the directory is ours");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
    path
}

#[test]
fn pages_just_written_are_not_stale() {
    let home = TempDir::new().unwrap();
    let binary = binary(home.path(), "echo \"$1 $2\"");
    let pages = home.path().join("docs");
    write(&binary, &pages).unwrap();
    assert_eq!(
        fs::read_to_string(pages.join("openapi.json")).unwrap(),
        "reference openapi\n"
    );
    assert_eq!(stale(&binary, &pages).unwrap(), Vec::<&str>::new());
}

#[test]
fn a_missing_and_a_changed_page_are_stale() {
    let home = TempDir::new().unwrap();
    let binary = binary(home.path(), "echo \"$1 $2\"");
    write(&binary, home.path()).unwrap();
    fs::remove_file(home.path().join("cli.md")).unwrap();
    fs::write(home.path().join("problems.md"), "by hand\n").unwrap();
    assert_eq!(
        stale(&binary, home.path()).unwrap(),
        ["cli.md", "problems.md"]
    );
}

#[test]
fn a_binary_that_fails_or_says_nothing_writes_no_page() {
    for script in ["echo 'no such topic' >&2; exit 2", "exit 0"] {
        let home = TempDir::new().unwrap();
        let binary = binary(home.path(), script);
        write(&binary, home.path()).unwrap_err();
        for (_, page) in PAGES {
            assert!(
                !home.path().join(page).exists(),
                "{page} was written by `{script}`"
            );
        }
    }
}
