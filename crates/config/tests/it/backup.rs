use std::path::Path;

use inviter_config::TimeOfDay;

use crate::{defaults, errors, file_with, load};

#[test]
fn backups_lie_in_the_data_directory_and_are_made_at_night() {
    let backup = defaults().backup;
    assert_eq!(backup.dir, Path::new("./data/backups"));
    assert_eq!(
        backup.at,
        TimeOfDay {
            hour: 3,
            minute: 15
        }
    );
    assert_eq!((backup.recipient, backup.keep), (None, 14));
}

#[test]
fn a_key_is_the_line_of_its_file_that_looks_like_one() {
    let file = file_with("# public key: age1no\nAGE-SECRET-KEY-1PLANTED\n");
    let key = file.path().display().to_string();
    let config = load("", &[("INVITER_BACKUP__IDENTITY_FILE", &key)], &[]).expect("valid");
    assert!(config.backup.identity.is_some());
    assert!(!inviter_config::show(&config).contains("PLANTED"));
}

#[test]
fn everything_that_is_wrong_is_told() {
    let empty = file_with("\n");
    let file = format!(
        "[backup]\nrecipient_file = \"{}\"\nidentity_file = \"/nowhere/at/all\"\nat = \"3:15\"\nkeep = 0\nbind = \"9105\"",
        empty.path().display()
    );
    let keys: Vec<_> = errors(&file, &[], &[])
        .into_iter()
        .map(|it| it.key)
        .collect();
    assert_eq!(
        keys,
        [
            "backup.recipient_file",
            "backup.identity_file",
            "backup.at",
            "backup.keep",
            "backup.bind"
        ]
    );
    for wrong in ["24:00", "12:60", "+1:00", "1200", "12:00:00", ""] {
        let told = errors("", &[], &[("backup.at", wrong)]);
        assert_eq!(told.len(), 1, "{wrong}: {told:?}");
    }
}
