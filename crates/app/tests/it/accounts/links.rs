use inviter_app::accounts::{issue_password_link, issue_setup_link, request_password_reset};

use super::{EMAIL, PASSWORD, secret, token};
use crate::fixture::Fixture;

#[tokio::test]
async fn no_secret_lies_in_the_database_or_its_queue() {
    let f = Fixture::new().await;
    let set_up = issue_setup_link(&f.app, &f.cli()).await.unwrap().unwrap();
    let (ada, signed_in) = f.ada().await;
    let link = issue_password_link(&f.app, &f.cli(), ada.id).await.unwrap();
    request_password_reset(&f.app, &f.nobody(), EMAIL, "en")
        .await
        .unwrap();
    let mailed = f.mailed_link(EMAIL).await;
    if f.database.is_mysql() {
        return;
    }
    let secrets = [
        secret(&set_up),
        secret(&link),
        secret(&mailed),
        token(&signed_in),
        PASSWORD.to_owned(),
    ];
    let mut seen = 0;
    for entry in std::fs::read_dir(f.database.home()).unwrap() {
        let entry = entry.unwrap();
        if !entry
            .file_name()
            .to_string_lossy()
            .starts_with("inviter.db")
        {
            continue;
        }
        let bytes = std::fs::read(entry.path()).unwrap();
        seen += bytes.len();
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {:?}", entry.file_name());
        }
    }
    assert!(seen > 100_000, "the database was looked at");
}
