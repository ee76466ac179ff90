//! The event log: places without gaps, in commit order.

use std::time::Duration;

use domain::log::Fact;
use futures::future::join_all;
use kernel::{MemberId, ProjectId};
use sea_orm::ConnectionTrait;
use store::{Store, StoreError};

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

/// Emits one entry, then ends as `end` says.
async fn emit(
    store: &Store,
    project: ProjectId,
    member: MemberId,
    end: fn() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    store
        .transact(move |tx| {
            Box::pin(async move {
                tx.emit(
                    Some(project),
                    moment(5),
                    vec![Fact::MemberCreated { member }],
                );
                end()
            })
        })
        .await
}

#[tokio::test]
async fn entries_come_in_order_with_what_they_say() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let mut head = process.store.head();
    let members: Vec<MemberId> = (0..30).map(|_| id()).collect();
    for member in &members {
        emit(&process.store, project, *member, || Ok(()))
            .await
            .unwrap();
    }
    let entries = process.read().log_after(0, 100).await.unwrap();
    for (entry, (seq, member)) in entries.iter().zip((1..).zip(&members)) {
        assert_eq!(entry.seq, seq);
        assert_eq!(entry.project, Some(project));
        assert_eq!(entry.at, moment(5));
        assert_eq!(entry.facts, [Fact::MemberCreated { member: *member }]);
    }
    assert_eq!(entries.len(), 30);
    assert_eq!(process.read().log_head().await.unwrap(), 30);
    assert_eq!(*head.borrow_and_update(), 30);
    assert_eq!(process.store.log_after(0, 100).await.unwrap(), entries);
    let part = process.store.log_after(10, 5).await.unwrap();
    assert_eq!(
        part.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
        [11, 12, 13, 14, 15]
    );
}

#[tokio::test]
async fn much_that_became_true_together_takes_several_places() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let facts: Vec<Fact> = (0..1000)
        .map(|_| Fact::MemberCreated { member: id() })
        .collect();
    let told = facts.clone();
    let written: Result<(), StoreError> = process
        .store
        .transact(move |tx| {
            let facts = facts.clone();
            Box::pin(async move {
                tx.emit(Some(project), moment(5), facts);
                Ok(())
            })
        })
        .await;
    written.unwrap();
    let entries = process.read().log_after(0, 100).await.unwrap();
    assert_eq!(
        process.read().log_head().await.unwrap(),
        entries.last().unwrap().seq
    );
    for (entry, seq) in entries.iter().zip(1..) {
        assert_eq!(
            (entry.seq, entry.project, entry.at),
            (seq, Some(project), moment(5))
        );
        let bytes = serde_json::to_vec(&entry.facts).unwrap().len();
        assert!(bytes < 13_000, "{bytes} bytes in a row");
    }
    assert!(entries.len() > 1);
    assert_eq!(process.store.log_after(0, 100).await.unwrap(), entries);
    let found: Vec<Fact> = entries.into_iter().flat_map(|entry| entry.facts).collect();
    assert_eq!(found, told);
}

#[tokio::test]
async fn what_is_no_longer_remembered_is_read() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    for _ in 0..3 {
        let written: Result<(), StoreError> = process
            .store
            .transact(move |tx| {
                Box::pin(async move {
                    let facts = (0..2000).map(|_| Fact::ProjectChanged { project });
                    tx.emit(Some(project), moment(5), facts.collect());
                    Ok(())
                })
            })
            .await;
        written.unwrap();
    }
    let all = process.read().log_after(0, 1000).await.unwrap();
    let mut walked = Vec::new();
    let mut last = 0;
    loop {
        let more = process.store.log_after(last, 7).await.unwrap();
        let Some(end) = more.last() else { break };
        last = end.seq;
        walked.extend(more);
    }
    assert_eq!(walked, all);
    let facts: usize = all.iter().map(|entry| entry.facts.len()).sum();
    assert_eq!(facts, 6000);
}

#[tokio::test]
async fn what_the_database_lost_is_not_remembered() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    let (lost, kept) = (id(), id());
    for _ in 0..5 {
        emit(&one.store, lost, id(), || Ok(())).await.unwrap();
    }
    let backdoor = database.backdoor().await;
    for statement in [
        "DELETE FROM log WHERE seq > 2",
        "UPDATE heads SET seq = 2 WHERE name = 'log'",
    ] {
        backdoor.execute_unprepared(statement).await.unwrap();
    }
    for _ in 0..2 {
        emit(&two.store, kept, id(), || Ok(())).await.unwrap();
    }
    let after = |process: &Process| {
        let store = process.store.clone();
        async move {
            let followed = store.transact(|tx| Box::pin(async move { tx.log_after(2, 100).await }));
            let followed: Result<_, StoreError> = followed.await;
            followed.unwrap()
        }
    };
    let written = one.read().log_after(2, 100).await.unwrap();
    assert_eq!(written.len(), 2);
    assert_eq!(after(&one).await, written);
    // From here on it remembers again.
    emit(&one.store, kept, id(), || Ok(())).await.unwrap();
    let written = one.read().log_after(2, 100).await.unwrap();
    assert_eq!(written.len(), 3);
    assert_eq!(after(&one).await, written);
    assert_eq!(one.store.log_after(2, 100).await.unwrap(), written);
}

#[tokio::test]
async fn what_others_announce_wakes_who_waits_and_never_turns_back() {
    let database = Database::new().await;
    let process = database.process().await;
    let mut head = process.store.head();
    head.mark_unchanged();
    process.store.announce(7);
    assert!(head.has_changed().unwrap());
    assert_eq!(*head.borrow_and_update(), 7);
    process.store.announce(5);
    assert!(!head.has_changed().unwrap());
}

#[tokio::test]
async fn a_failed_write_says_nothing_and_leaves_no_gap() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let members: Vec<MemberId> = (0..40).map(|_| id()).collect();
    let writes = members.iter().enumerate().map(|(place, member)| {
        let end: fn() -> Result<(), StoreError> = match place % 4 {
            0 => || Err(StoreError::Duplicate("the test's".to_owned())),
            1 => || panic!("this panic belongs to the test"),
            _ => || Ok(()),
        };
        emit(&process.store, project, *member, end)
    });
    let outcomes = join_all(writes).await;
    let mut told: Vec<MemberId> = Vec::new();
    for (seq, entry) in (1..).zip(process.read().log_after(0, 100).await.unwrap()) {
        assert_eq!(entry.seq, seq);
        let [Fact::MemberCreated { member }] = entry.facts[..] else {
            panic!("{entry:?}")
        };
        told.push(member);
    }
    told.sort();
    let mut succeeded: Vec<_> = members
        .iter()
        .zip(&outcomes)
        .filter(|(_, end)| end.is_ok())
        .map(|(id, _)| *id)
        .collect();
    succeeded.sort();
    assert_eq!(told, succeeded);
    assert_eq!(told.len(), 20);
}

#[tokio::test]
async fn a_follower_sees_every_place_once_and_in_order_while_two_processes_append() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    let project = id();
    let append = |process: &Process| {
        let store = process.store.clone();
        async move {
            for _ in 0..25 {
                let six = (0..6).map(|_| emit(&store, project, id(), || Ok(())));
                join_all(six).await.into_iter().for_each(Result::unwrap);
            }
        }
    };
    let follow = async {
        let mut seen = Vec::new();
        while seen.len() < 300 {
            let after = seen.last().copied().unwrap_or(0);
            let more = two.store.log_after(after, 37).await.unwrap();
            seen.extend(more.iter().map(|entry| entry.seq));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        seen
    };
    let ((), (), seen) = tokio::join!(append(&one), append(&two), follow);
    assert_eq!(seen, (1..=300).collect::<Vec<i64>>());
}

#[tokio::test]
async fn a_cursor_is_held_even_before_it_exists() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    for _ in 0..100 {
        emit(&one.store, id(), id(), || Ok(())).await.unwrap();
    }
    // Both take entries and remember how far they came: whoever comes second must find the other's cursor.
    let take = |process: &Process| {
        let store = process.store.clone();
        async move {
            let mut taken = Vec::new();
            loop {
                let part = store
                    .transact::<_, StoreError, _>(|tx| {
                        Box::pin(async move {
                            let cursor = tx.cursor_lock("test").await?;
                            let entries = tx.log_after(cursor, 7).await?;
                            if let Some(last) = entries.last() {
                                tx.cursor_set("test", last.seq, moment(0)).await?;
                            }
                            Ok(entries)
                        })
                    })
                    .await
                    .unwrap();
                if part.is_empty() {
                    return taken;
                }
                taken.extend(part.into_iter().map(|entry| entry.seq));
            }
        }
    };
    let (mut taken, more) = tokio::join!(take(&one), take(&two));
    taken.extend(more);
    taken.sort_unstable();
    assert_eq!(taken, (1..=100).collect::<Vec<i64>>());
    assert_eq!(one.read().cursor("test").await.unwrap(), 100);
    assert_eq!(
        one.read().cursors().await.unwrap(),
        [("test".to_owned(), 100)]
    );
    assert_eq!(one.read().cursor("other").await.unwrap(), 0);
}
