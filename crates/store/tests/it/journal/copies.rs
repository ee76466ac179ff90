//! A journal that is copied while it is written, and one that is put aside.

use std::sync::Arc;

use store::{IdleJournal, Journal, JournalError, copy_journal};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{open, options, payloads, read_all, segments};

#[tokio::test]
async fn a_copy_has_what_was_acknowledged_before_it_began() {
    let dir = TempDir::new().unwrap();
    let journal = Arc::new(open(&dir));
    let writing = Arc::clone(&journal);
    let (sender, mut acknowledged) = tokio::sync::watch::channel(0_u32);
    let mut writer = JoinSet::new();
    writer.spawn(async move {
        for number in 0..2_000_u32 {
            writing.append(number.to_be_bytes().to_vec()).await.unwrap();
            sender.send_replace(number + 1);
        }
    });
    for round in 1..=8_u32 {
        acknowledged
            .wait_for(|count| *count >= round * 200)
            .await
            .unwrap();
        let before = *acknowledged.borrow();
        let home = TempDir::new().unwrap();
        let to = home.path().join("copy");
        let from = dir.path().to_owned();
        let target = to.clone();
        tokio::task::spawn_blocking(move || copy_journal(&from, &target))
            .await
            .unwrap()
            .unwrap();
        let copy = Journal::open(&to, options()).unwrap();
        assert_eq!(copy.name(), journal.name());
        let found = payloads(read_all(&copy, 0));
        assert!(found.len() >= before as usize, "{before}: {}", found.len());
        let expected = (0..).map(|number: u32| number.to_be_bytes().to_vec());
        assert!(expected.zip(&found).all(|(one, other)| one == *other));
    }
    writer.join_all().await;
    assert!(segments(dir.path()).len() > 8);
}

#[tokio::test]
async fn without_a_journal_there_is_nothing_to_copy() {
    let home = TempDir::new().unwrap();
    let to = home.path().join("copy");
    copy_journal(&home.path().join("none"), &to).unwrap();
    assert!(!to.exists());
}

#[tokio::test]
async fn only_an_idle_journal_is_put_aside_and_the_next_is_a_new_one() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    journal.append(b"one".to_vec()).await.unwrap();
    let name = journal.name().to_owned();
    let busy = IdleJournal::hold(dir.path());
    assert!(matches!(busy, Err(JournalError::Locked(_))), "{busy:?}");
    drop(journal);

    let idle = IdleJournal::hold(dir.path()).unwrap();
    let aside = idle.put_aside("old").unwrap().unwrap();
    assert_eq!(idle.put_aside("older").unwrap(), None);
    drop(idle);
    let new = open(&dir);
    assert_ne!(new.name(), name);
    assert!(read_all(&new, 0).is_empty());
    let old = Journal::open(aside, options()).unwrap();
    assert_eq!(old.name(), name);
    assert_eq!(payloads(read_all(&old, 0)), [b"one"]);
}
