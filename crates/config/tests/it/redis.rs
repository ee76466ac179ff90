use inviter_config::RedisMode;

use crate::{defaults, errors, file_with, load};

fn keys_of(file: &str) -> Vec<String> {
    errors(file, &[], &[])
        .into_iter()
        .map(|error| error.key)
        .collect()
}

#[test]
fn there_is_none_unless_it_is_asked_for() {
    let redis = defaults().redis;
    assert_eq!(redis.mode, RedisMode::None);
    assert!(redis.urls.is_empty());
}

#[test]
fn seeds_come_as_arrays_and_with_commas() {
    let from_file = load(
        "[redis]\nmode = \"cluster\"\nurls = [\"redis://a:1\", \"redis://b:2\"]",
        &[],
        &[],
    )
    .expect("valid");
    let variables = [
        ("INVITER_REDIS__MODE", "cluster"),
        ("INVITER_REDIS__URLS", "redis://a:1,redis://b:2"),
    ];
    let from_variables = load("", &variables, &[]).expect("valid");
    assert_eq!(from_file.redis.mode, RedisMode::Cluster);
    assert_eq!(from_file.redis.urls, from_variables.redis.urls);
    assert_eq!(from_file.redis.urls[1].port(), Some(2));
}

#[test]
fn mode_and_servers_belong_together() {
    assert_eq!(keys_of("[redis]\nmode = \"single\""), ["redis.urls"]);
    assert_eq!(keys_of("[redis]\nurls = [\"redis://a\"]"), ["redis.urls"]);
    let no_name = "[redis]\nmode = \"sentinel\"\nurls = [\"redis://a\"]\nmaster = \"\"";
    assert_eq!(keys_of(no_name), ["redis.master"]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let file = "[redis]\nmode = \"ring\"\nurls = [\"http://a\"]\ntimeout = \"soon\"\nprefix = \"{a}\"\nca_file = \"/none.pem\"";
    assert_eq!(
        keys_of(file),
        [
            "redis.mode",
            "redis.urls",
            "redis.ca_file",
            "redis.timeout",
            "redis.prefix"
        ]
    );
    for urls in [
        "\"redis://a\", \"rediss://b\"",
        "\"redis://a/1\"",
        "\"redis:\"",
        "\"a:6379\"",
    ] {
        let file = format!("[redis]\nmode = \"single\"\nurls = [{urls}]");
        assert_eq!(keys_of(&file), ["redis.urls"], "{urls}");
    }
}

#[test]
fn passwords_are_neither_in_addresses_nor_in_messages_nor_shown() {
    let file = "[redis]\nmode = \"single\"\nurls = [\"redis://:hunter2@a\"]";
    let refused = errors(file, &[], &[]);
    assert_eq!(refused[0].key, "redis.urls");
    assert!(!refused[0].to_string().contains("hunter2"), "{refused:?}");
    let file = "[redis]\nmode = \"single\"\nurls = [\"redis://a\"]\npassword = \"hunter2\"\nsentinel_password = \"hunter2\"";
    let config = load(file, &[], &[]).expect("valid");
    assert!(!inviter_config::show(&config).contains("hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn an_authority_is_a_certificate_for_encrypted_servers() {
    let pem = file_with("-----BEGIN CERTIFICATE-----\n");
    let other = file_with("no certificate");
    let with = |url: &str, file: &tempfile::NamedTempFile| {
        let path = file.path().display();
        load(
            &format!("[redis]\nmode = \"single\"\nurls = [\"{url}\"]\nca_file = \"{path}\""),
            &[],
            &[],
        )
    };
    assert!(with("rediss://a", &pem).is_ok());
    for refused in [with("redis://a", &pem), with("rediss://a", &other)] {
        assert_eq!(refused.expect_err("refused")[0].key, "redis.ca_file");
    }
}
