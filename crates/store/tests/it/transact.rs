//! The one door for writes.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use domain::members::Member;
use futures::future::join_all;
use kernel::ProjectId;
use sea_orm::ConnectionTrait;
use store::{Attempt, Conn, StoreError};
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    database::{Database, Process},
    samples::{id, member},
};

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("not wanted")]
    Unwanted,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Attempt for Refusal {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Unwanted => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Inserts a member; then `after` decides about the outcome.
async fn insert_then(
    process: &Process,
    member: Member,
    after: impl Fn() -> Result<(), Refusal> + Clone + Send + Sync + 'static,
) -> Result<(), Refusal> {
    process
        .attempt(move |tx| {
            let (member, after) = (member.clone(), after.clone());
            Box::pin(async move {
                tx.project(member.project)
                    .members()
                    .insert_all(&[member])
                    .await?;
                after()
            })
        })
        .await
}

async fn is_there(process: &Process, member: &Member) -> bool {
    process
        .read()
        .project(member.project)
        .members()
        .find(member.id)
        .await
        .unwrap()
        .is_some()
}

#[tokio::test]
async fn each_write_of_a_group_has_its_own_outcome() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let people: Vec<_> = (0..60)
        .map(|n| member(project, Some(&(n / 2).to_string())))
        .collect();
    // Every second one is refused by a unique key, every third of the others refuses itself.
    let writes = people.iter().enumerate().map(|(place, member)| {
        insert_then(&process, member.clone(), move || {
            if place % 3 == 0 {
                Err(Refusal::Unwanted)
            } else {
                Ok(())
            }
        })
    });
    let outcomes = join_all(writes).await;
    let (groups, writes) = process.store.group_counts();
    assert_eq!(writes, 60);
    assert!(groups < 60, "{groups} groups: nothing was shared");
    let mut written = 0;
    for (place, (person, outcome)) in people.iter().zip(outcomes).enumerate() {
        match &outcome {
            Ok(()) => written += 1,
            Err(Refusal::Unwanted) => assert_eq!(place % 3, 0),
            Err(Refusal::Store(error)) => {
                assert!(matches!(error, StoreError::Duplicate(_)), "{error:?}");
            }
        }
        assert_eq!(
            is_there(&process, person).await,
            outcome.is_ok(),
            "write {place}: {outcome:?}"
        );
    }
    assert_eq!(
        written, 30,
        "each key goes to the first write that wants it"
    );
}

#[tokio::test]
async fn two_hundred_writers_share_commits() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let mut clients = JoinSet::new();
    for n in 0..200 {
        let store = process.store.clone();
        clients.spawn(async move {
            let member = member(project, Some(&n.to_string()));
            store
                .transact::<_, StoreError, _>(move |tx| {
                    let member = member.clone();
                    Box::pin(
                        async move { tx.project(project).members().insert_all(&[member]).await },
                    )
                })
                .await
        });
    }
    while let Some(outcome) = clients.join_next().await {
        outcome.unwrap().unwrap();
    }
    let (groups, writes) = process.store.group_counts();
    assert_eq!(writes, 200);
    assert!(groups <= 100, "{groups} commits for 200 writes");
}

#[tokio::test]
async fn a_panic_takes_nobody_along() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let people: Vec<_> = (0..20)
        .map(|n| member(project, Some(&n.to_string())))
        .collect();
    let writes = people.iter().enumerate().map(|(place, member)| {
        insert_then(&process, member.clone(), move || {
            assert!(place % 7 != 3, "this panic belongs to the test");
            Ok(())
        })
    });
    for (place, (person, outcome)) in people.iter().zip(join_all(writes).await).enumerate() {
        let panics = place % 7 == 3;
        assert_eq!(outcome.is_err(), panics, "write {place}: {outcome:?}");
        assert_eq!(is_there(&process, person).await, !panics);
    }
    assert!(process.store.is_healthy());
}

#[tokio::test]
async fn a_write_that_is_overtaken_runs_again() {
    let database = Database::new().await;
    let process = database.process().await;
    let tries = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&tries);
    let person = member(id(), None);
    insert_then(&process, person.clone(), move || {
        if counter.fetch_add(1, Ordering::SeqCst) < 2 {
            return Err(StoreError::Stale("a row").into());
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 3);
    assert!(is_there(&process, &person).await);
}

#[tokio::test]
async fn a_write_that_never_stops_asking_fails_alone() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let people: Vec<_> = (0..10)
        .map(|n| member(project, Some(&n.to_string())))
        .collect();
    let writes = people.iter().enumerate().map(|(place, member)| {
        insert_then(&process, member.clone(), move || {
            if place == 4 {
                Err(StoreError::Stale("a row").into())
            } else {
                Ok(())
            }
        })
    });
    for (place, (person, outcome)) in people.iter().zip(join_all(writes).await).enumerate() {
        assert_eq!(outcome.is_ok(), place != 4, "write {place}: {outcome:?}");
        assert_eq!(is_there(&process, person).await, place != 4);
    }
    assert!(process.store.is_healthy());
}

#[tokio::test]
async fn writes_that_wait_for_each_other_both_happen() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    one.write(|tx| {
        Box::pin(async move {
            tx.set_journal_position("a", 0).await?;
            tx.set_journal_position("b", 0).await
        })
    })
    .await;
    // Each takes one row and then wants the other's.
    let crossing = |process: &Process, first: &'static str, second: &'static str| {
        let store = process.store.clone();
        async move {
            store
                .transact::<_, StoreError, _>(move |tx| {
                    Box::pin(async move {
                        for name in [first, second] {
                            let position = tx.journal_position(name).await?;
                            tokio::time::sleep(Duration::from_millis(100)).await;
                            tx.set_journal_position(name, position + 1).await?;
                        }
                        Ok(())
                    })
                })
                .await
        }
    };
    let (ab, ba) = tokio::join!(crossing(&one, "a", "b"), crossing(&two, "b", "a"));
    ab.unwrap();
    ba.unwrap();
    for name in ["a", "b"] {
        assert_eq!(one.read().journal_position(name).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let database = Database::new().await;
    let process = database.process().await;
    process
        .write(|tx| Box::pin(async move { tx.set_journal_position("a", 1).await }))
        .await;
    // Several readers at once, so that the pool holds several connections that then die.
    let reads = || join_all((0..8).map(|_| async { process.read().journal_position("a").await }));
    reads().await;
    database.cut_connections().await;
    for position in reads().await {
        assert_eq!(position.unwrap(), 1);
    }
    process
        .write(|tx| Box::pin(async move { tx.set_journal_position("a", 2).await }))
        .await;
    assert_eq!(process.read().journal_position("a").await.unwrap(), 2);
    assert!(process.store.is_healthy());
}

/// As SQLite does where the disk is full.
#[tokio::test]
async fn a_connection_whose_transaction_was_ended_is_not_used_again() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let ended = process
        .attempt(|tx| {
            Box::pin(async move {
                tx.conn().execute_unprepared("ROLLBACK").await?;
                Ok::<(), StoreError>(())
            })
        })
        .await;
    assert!(ended.is_err(), "{ended:?}");
    let undone = insert_then(&process, member(project, Some("ann")), || {
        panic!("this panic belongs to the test")
    });
    assert!(undone.await.is_err());
    let kept = member(project, Some("bob"));
    insert_then(&process, kept.clone(), || Ok(()))
        .await
        .unwrap();
    assert!(is_there(&process, &kept).await);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_writer() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    for n in 0..20 {
        let write = insert_then(&process, member(project, Some(&n.to_string())), || Ok(()));
        // Polled once: the write is handed in, its answer is not waited for.
        drop(tokio::time::timeout(Duration::ZERO, write).await);
    }
    let last = member(project, Some("last"));
    insert_then(&process, last.clone(), || Ok(()))
        .await
        .unwrap();
    assert!(is_there(&process, &last).await);
}

#[tokio::test]
async fn on_mysql_what_follows_keeps_nobody_waiting_and_waits_for_nobody() {
    let database = Database::new().await;
    if !database.is_mysql() {
        return;
    }
    let process = database.process().await;
    let (asked, followed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    // Each goes on when the other has begun.
    let (tell, hear) = (Arc::clone(&asked), Arc::clone(&followed));
    let ask = process.attempt::<_, StoreError, _>(move |_| {
        let (tell, hear) = (Arc::clone(&tell), Arc::clone(&hear));
        Box::pin(async move {
            tell.notify_one();
            hear.notified().await;
            Ok(())
        })
    });
    let beside = process.store.beside();
    let follow = beside.transact::<_, StoreError, _>(move |_| {
        let (tell, hear) = (Arc::clone(&followed), Arc::clone(&asked));
        Box::pin(async move {
            tell.notify_one();
            hear.notified().await;
            Ok(())
        })
    });
    let (asked, followed) = tokio::join!(ask, follow);
    asked.unwrap();
    followed.unwrap();
}

#[tokio::test]
async fn without_a_writer_there_is_an_error_instead_of_waiting() {
    let database = Database::new().await;
    let (store, writer) = store::Store::open(database.options()).await.unwrap();
    drop(writer);
    let outcome = store
        .transact::<(), StoreError, _>(|_| Box::pin(async { Ok(()) }))
        .await;
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn the_writer_ends_with_the_last_handle() {
    let database = Database::new().await;
    let (store, writer) = store::Store::open(database.options()).await.unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(writer.run());
    let write = store.transact::<(), StoreError, _>(|_| Box::pin(async { Ok(()) }));
    write.await.unwrap();
    drop(store);
    tasks.join_next().await.unwrap().unwrap();
}
