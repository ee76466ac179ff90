use std::fs;

use crate::program::{complained, data_dir, run, said};

#[test]
fn all_errors_are_told_at_once_before_anything_is_made() {
    let data = data_dir();
    let wrong = [
        "--set",
        "server.bind=nowhere",
        "--set",
        "database.readers=0",
        "--set",
        "no.such=1",
        "serve",
    ];
    let complaint = complained(data.path(), &wrong);
    for key in ["server.bind", "database.readers", "no (command line)"] {
        assert!(complaint.contains(key), "{key}: {complaint}");
    }
    assert!(!complaint.contains("backtrace"), "{complaint}");
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn check_tells_good_from_bad() {
    let data = data_dir();
    assert_eq!(
        said(data.path(), &["config", "check"]),
        "The configuration is valid.\n"
    );
    let complaint = complained(
        data.path(),
        &["config", "check", "--set", "jobs.workers=many"],
    );
    assert!(complaint.contains("jobs.workers"), "{complaint}");
}

#[test]
fn what_is_generated_is_a_file_to_start_from() {
    let data = data_dir();
    let file = data.path().join("inviter.toml");
    fs::write(&file, said(data.path(), &["config", "generate"])).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(
        said(data.path(), &["--config", file, "config", "check"]),
        "The configuration is valid.\n"
    );
}

#[test]
fn show_hides_secrets() {
    let data = data_dir();
    let shown = said(
        data.path(),
        &["config", "show", "--set", "metrics.token=open sesame"],
    );
    assert!(
        shown.contains("[metrics]") && !shown.contains("sesame"),
        "{shown}"
    );
}

#[test]
fn a_setting_without_a_value_is_a_mistake_of_usage() {
    let data = data_dir();
    let output = run(data.path(), &["config", "check", "--set", "server.bind"]);
    assert_eq!(output.status.code(), Some(2));
}
