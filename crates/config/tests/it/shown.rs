use inviter_config as config;

use crate::{defaults, load};

#[test]
fn no_secret_is_shown() {
    let file = "[metrics]\ntoken = \"planted\"\n[security]\nsecret = \"planted-planted-planted-planted-\"\n\
                [mail]\nsmtp_url = \"smtps://planted:planted@host\"\n\
                [database]\nurl = \"mysql://inviter:planted@db:3306/inviter?key=planted\"";
    let shown = config::show(&load(file, &[], &[]).expect("valid"));
    assert!(!shown.contains("planted"), "{shown}");
    assert!(
        shown.contains("url = \"mysql://inviter:***@db:3306/inviter\""),
        "{shown}"
    );
    assert!(shown.contains("token = \"***\""), "{shown}");
    assert!(!format!("{:?}", load(file, &[], &[])).contains("planted"));
}

#[test]
fn what_is_shown_of_the_defaults_says_what_was_derived() {
    let shown = config::show(&defaults());
    for line in [
        "public_url = \"http://127.0.0.1:3000/\"",
        "body_limit = \"1 MiB\"",
        "request_timeout = \"30s\"",
        "url = \"sqlite:./data/inviter.db\"",
        "file_dir = \"./data/mail\"",
        "secret = \"kept in ./data/secret.key\"",
    ] {
        assert!(shown.contains(line), "{line} is missing in\n{shown}");
    }
}
