//! A SQLite file that is in use, copied, or replaced.

use std::{fs, io};

use store::{Options, Replacement, Store, contents, snapshot};
use tempfile::TempDir;

#[tokio::test]
async fn only_a_database_that_nobody_uses_is_replaced() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("inviter.db");
    let options = || Options::new(format!("sqlite:{}", path.display()));
    let (store, writer) = Store::open(options()).await.unwrap();
    let beside = Store::open(options()).await.unwrap();
    store.migrate().await.unwrap();
    let copy = home.path().join("it's a copy.db");
    snapshot(&path, &copy).await.unwrap();
    let counted = contents(&copy).await.unwrap();
    assert_eq!(counted.migration, store::latest_migration());
    assert_eq!(counted.rows["members"], 0);

    assert!(Replacement::begin(&path).unwrap().is_none());
    drop((store, writer));
    assert!(Replacement::begin(&path).unwrap().is_none());
    drop(beside);
    let replacement = Replacement::begin(&path).unwrap().unwrap();
    let refused = Store::open(options()).await.unwrap_err().to_string();
    assert!(refused.contains("being restored"), "{refused}");

    let failed = replacement.install(&copy, ".old", || Err(io::Error::other("no")));
    assert!(failed.is_err());
    let refused = Store::open(options()).await.unwrap_err().to_string();
    assert!(refused.contains("restore` again"), "{refused}");
    let again = Replacement::begin(&path).unwrap().unwrap();
    // The old one was put aside the first time.
    assert_eq!(again.install(&copy, ".older", || Ok(())).unwrap(), None);
    Store::open(options()).await.unwrap();
    assert!(home.path().join("inviter.db.old").exists());
}

#[tokio::test]
async fn a_damaged_page_is_found() {
    let home = TempDir::new().unwrap();
    let (path, copy) = (home.path().join("a.db"), home.path().join("b.db"));
    let (store, _writer) = Store::open(Options::new(format!("sqlite:{}", path.display())))
        .await
        .unwrap();
    store.migrate().await.unwrap();
    snapshot(&path, &copy).await.unwrap();
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(&copy, bytes).unwrap();
    assert!(contents(&copy).await.is_err());
    assert!(contents(&home.path().join("none.db")).await.is_err());
}
