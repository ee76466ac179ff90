use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use inviter_config::{self as config, Backend, LogLevel, MailTransport, MasterSecret};
use kernel::ExposeSecret;

use crate::{defaults, errors, file_with, load};

#[test]
fn the_defaults_are_valid_and_derived() {
    let config = defaults();
    assert_eq!(config.server.public_url.as_str(), "http://127.0.0.1:3000/");
    assert_eq!(config.server.body_limit, 1024 * 1024);
    assert_eq!(config.server.request_timeout, Duration::from_secs(30));
    assert_eq!(config.clicks.journal_dir, PathBuf::from("./data/clicks"));
    assert!(
        matches!(&config.database.backend, Backend::Sqlite { path } if path == &PathBuf::from("./data/inviter.db"))
    );
    assert!(
        matches!(&config.mail.transport, MailTransport::File(dir) if dir == &PathBuf::from("./data/mail"))
    );
    assert!(
        matches!(&config.security.secret, MasterSecret::Kept(path) if path == &PathBuf::from("./data/secret.key"))
    );
    assert!(config.metrics.token.is_none());
}

#[test]
fn the_commented_defaults_are_a_file_that_loads() {
    assert!(load(config::defaults(), &[], &[]).is_ok());
}

#[test]
fn flags_beat_the_environment_beats_the_file() {
    let file = "[jobs]\nworkers = 1\n[log]\nlevel = \"warn\"\n[database]\nreaders = 9";
    let variables = [
        ("INVITER_JOBS__WORKERS", "2"),
        ("INVITER_LOG__LEVEL", "debug"),
    ];
    let config = load(file, &variables, &[("jobs.workers", "3")]).expect("valid");
    assert_eq!(
        (
            config.jobs.workers,
            config.log.level,
            config.database.readers
        ),
        (3, LogLevel::Debug, 9)
    );
}

#[test]
fn what_follows_from_data_dir_moves_with_it() {
    let config = load("", &[("INVITER_DATA_DIR", "/var/lib/inviter")], &[]).expect("valid");
    assert_eq!(
        config.clicks.journal_dir,
        PathBuf::from("/var/lib/inviter/clicks")
    );
    assert!(
        matches!(config.database.backend, Backend::Sqlite { path } if path == Path::new("/var/lib/inviter/inviter.db"))
    );
}

#[test]
fn a_server_that_listens_everywhere_is_shown_as_local() {
    let config = load("[server]\nbind = \"0.0.0.0:8080\"", &[], &[]).expect("valid");
    assert_eq!(config.server.public_url.as_str(), "http://localhost:8080/");
}

#[test]
fn every_error_is_told_with_its_key_and_source() {
    let file =
        "data_dri = \"x\"\n[server]\nbind = \"nowhere\"\ncolour = 1\n[jobs]\nlease = \"soon\"";
    let errors = errors(
        file,
        &[("INVITER_LIMITS__API_PER_MINUTE", "0")],
        &[("database.url", "postgres://x/y")],
    );
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.key.as_str(), error.origin.as_str()))
        .collect();
    let path = found
        .iter()
        .find(|(key, _)| *key == "server.bind")
        .map(|(_, origin)| *origin)
        .expect("server.bind");
    assert!(path.starts_with("file /"), "{path}");
    for expected in [
        ("data_dri", path),
        ("server.colour", path),
        ("jobs.lease", path),
        (
            "limits.api_per_minute",
            "environment variable INVITER_LIMITS__API_PER_MINUTE",
        ),
        ("database.url", "command line"),
    ] {
        assert!(
            found.contains(&expected),
            "{expected:?} is missing in {found:?}"
        );
    }
    assert_eq!(found.len(), 6, "{errors:?}");
}

#[test]
fn an_unknown_key_names_those_that_exist() {
    let errors = errors("[clicks]\nsegments = 1", &[], &[]);
    assert_eq!(
        errors[0].message,
        "there is no such key; known here: journal_dir, privacy, segment_bytes"
    );
}

#[test]
fn a_section_written_as_a_value_is_one_error() {
    let errors = errors("jobs = 4", &[], &[]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.contains("[jobs]"), "{errors:?}");
}

#[test]
fn variables_are_texts_until_their_key_says_otherwise() {
    let config = load(
        "",
        &[
            ("INVITER_METRICS__TOKEN", "007"),
            ("INVITER_CLICKS__PRIVACY", "true"),
        ],
        &[],
    )
    .expect("valid");
    assert_eq!(config.metrics.token.expect("set").expose_secret(), "007");
    assert!(config.clicks.privacy);
}

#[test]
fn lists_come_as_arrays_and_with_commas() {
    let from_file = load(
        "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]",
        &[],
        &[],
    )
    .expect("valid");
    let from_variable = load(
        "",
        &[("INVITER_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, ::1")],
        &[],
    )
    .expect("valid");
    assert_eq!(
        from_file.server.trusted_proxies,
        from_variable.server.trusted_proxies
    );
    assert_eq!(from_file.server.trusted_proxies[1].to_string(), "::1/128");
}

#[test]
fn foreign_variables_with_the_prefix_are_left_alone() {
    let variables = [
        ("INVITER_CONFIG", "inviter.toml"),
        ("INVITER_PORT", "tcp://10.0.0.1:80"),
        ("INVITER_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("INVITER_SERVICE_HOST", "10.0.0.1"),
        ("PATH", "/bin"),
    ];
    assert!(load("", &variables, &[]).is_ok());
    assert_eq!(
        errors("", &[("INVITER_DATADIR", "/x")], &[])[0].origin,
        "environment variable INVITER_DATADIR"
    );
}

#[test]
fn a_secret_comes_from_a_file_without_its_line_end() {
    let secret = file_with("0123456789abcdef0123456789abcdef\n");
    let path = secret.path().to_str().expect("a path in UTF-8");
    let config = load("", &[("INVITER_SECURITY__SECRET_FILE", path)], &[]).expect("valid");
    let MasterSecret::Given(secret) = config.security.secret else {
        panic!("the secret is given")
    };
    assert_eq!(secret.expose_secret(), "0123456789abcdef0123456789abcdef");
}

#[test]
fn a_secret_is_given_once_and_exists() {
    let both = errors("[metrics]\ntoken = \"a\"\ntoken_file = \"/b\"", &[], &[]);
    assert_eq!(both[0].key, "metrics.token_file");
    let missing = errors("[mail]\nsmtp_url_file = \"/does/not/exist\"", &[], &[]);
    assert!(
        missing[0]
            .message
            .starts_with("/does/not/exist cannot be read"),
        "{missing:?}"
    );
}

#[test]
fn no_error_repeats_a_secret() {
    let file = "[security]\nsecret = \"hunter2\"\n[database]\nurl = \"hunter2\"\n[mail]\nsmtp_url = \"hunter2\"";
    let errors = errors(file, &[], &[]);
    assert_eq!(errors.len(), 3);
    assert!(
        errors
            .iter()
            .all(|error| !error.to_string().contains("hunter2")),
        "{errors:?}"
    );
}

#[test]
fn broken_toml_is_one_error_that_names_the_file() {
    let errors = errors("[server\n", &[], &[]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].origin.starts_with("file /"));
}

#[test]
fn a_file_that_is_missing_is_an_error() {
    let missing = std::path::Path::new("/does/not/exist.toml");
    let errors =
        config::load_with(Some(missing), Vec::new(), config::Dict::new()).expect_err("refused");
    assert!(
        errors.to_string().contains("/does/not/exist.toml"),
        "{errors}"
    );
}

#[test]
fn a_group_takes_no_recovery_password_of_more_than_32_characters() {
    let key = "mysql_guard.recovery_password";
    let longest = "x".repeat(32);
    assert!(load("", &[], &[(key, &longest)]).is_ok());
    let refused = errors("", &[], &[(key, &format!("{longest}x"))]);
    assert_eq!(refused[0].key, key);
    assert!(refused[0].message.contains("32"), "{}", refused[0].message);
}
