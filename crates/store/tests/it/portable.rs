//! The rules that make one set of queries mean the same on both databases.

use domain::members::Member;
use kernel::{Clock, ProjectId, SystemClock};
use sea_orm::{ConnectionTrait, Statement};
use store::{Conn, StoreError};

use crate::{
    database::{Database, Process},
    samples::{id, member},
};

pub(crate) async fn insert(process: &Process, member: &Member) -> Result<(), StoreError> {
    let member = member.clone();
    process
        .attempt(move |tx| {
            let member = member.clone();
            Box::pin(async move {
                tx.project(member.project)
                    .members()
                    .insert_all(&[member])
                    .await
            })
        })
        .await
}

#[tokio::test]
async fn a_taken_key_is_a_duplicate_and_missing_values_are_not_keys() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, other): (ProjectId, ProjectId) = (id(), id());
    insert(&process, &member(project, Some("ann")))
        .await
        .unwrap();

    let again = insert(&process, &member(project, Some("ann"))).await;
    assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
    insert(&process, &member(other, Some("ann"))).await.unwrap();
    insert(&process, &member(project, None)).await.unwrap();
    insert(&process, &member(project, None)).await.unwrap();

    let first = member(project, None);
    insert(&process, &first).await.unwrap();
    let same_id = insert(&process, &first).await;
    assert!(
        matches!(same_id, Err(StoreError::Duplicate(_))),
        "{same_id:?}"
    );
}

#[tokio::test]
async fn after_a_duplicate_the_same_write_goes_on() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let (one, two) = (member(project, Some("ann")), member(project, Some("bob")));
    let kept = two.clone();
    process
        .write(move |tx| {
            let (one, two) = (one.clone(), two.clone());
            Box::pin(async move {
                let members = tx.project(project).members();
                members.insert_all(std::slice::from_ref(&one)).await?;
                let taken = members.insert_all(&[Member { id: id(), ..one }]).await;
                assert!(matches!(taken, Err(StoreError::Duplicate(_))), "{taken:?}");
                members.insert_all(&[two]).await
            })
        })
        .await;
    let found = process
        .read()
        .project(project)
        .members()
        .find(kept.id)
        .await
        .unwrap();
    assert_eq!(found, Some(kept));
}

#[tokio::test]
async fn many_rows_go_in_at_once() {
    let database = Database::new().await;
    let process = database.process().await;
    let project: ProjectId = id();
    let people: Vec<_> = (0..1_201)
        .map(|n| member(project, Some(&n.to_string())))
        .collect();
    let ids: Vec<_> = people.iter().map(|member| member.id).collect();
    process
        .write(move |tx| {
            let people = people.clone();
            Box::pin(async move { tx.project(project).members().insert_all(&people).await })
        })
        .await;
    let found = process
        .read()
        .project(project)
        .members()
        .find_all(&ids)
        .await
        .unwrap();
    assert_eq!(found.len(), 1_201);
}

#[tokio::test]
async fn an_upsert_overwrites_and_counts_nothing() {
    let database = Database::new().await;
    let process = database.process().await;
    for position in [5, 7, 7] {
        process
            .write(move |tx| Box::pin(async move { tx.set_journal_position("a", position).await }))
            .await;
        assert_eq!(
            process.read().journal_position("a").await.unwrap(),
            position
        );
    }
    assert_eq!(process.read().journal_position("A").await.unwrap(), 0);
}

#[tokio::test]
async fn an_update_that_changes_nothing_still_finds_its_row() {
    let database = Database::new().await;
    let process = database.process().await;
    process
        .write(|tx| {
            Box::pin(async move {
                tx.set_journal_position("a", 5).await?;
                let sql = "UPDATE journals SET position = 5 WHERE name = 'a'";
                let found = tx.conn().execute_unprepared(sql).await?.rows_affected();
                assert_eq!(
                    found, 1,
                    "compare-and-set counts rows found, not rows changed"
                );
                Ok(())
            })
        })
        .await;
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let database = Database::new().await;
    let process = database.process().await;
    let read = process.read();
    for sql in [
        "INSERT INTO journals (name, position) VALUES ('a', 1)",
        "UPDATE journals SET position = 1",
        "DELETE FROM journals",
        "CREATE TABLE more (id INTEGER)",
    ] {
        read.conn().execute_unprepared(sql).await.expect_err(sql);
        // Not even where it is called a query: the database itself refuses.
        let disguised = Statement::from_string(read.conn().get_database_backend(), sql);
        read.conn().query_all_raw(disguised).await.expect_err(sql);
    }
    assert_eq!(process.read().journal_position("a").await.unwrap(), 0);
}

#[tokio::test]
async fn a_write_sees_what_others_committed_before_it() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    for position in 1..=20 {
        let (writer, reader) = if position % 2 == 0 {
            (&one, &two)
        } else {
            (&two, &one)
        };
        writer
            .write(move |tx| Box::pin(async move { tx.set_journal_position("a", position).await }))
            .await;
        let seen = reader
            .write(|tx| Box::pin(async move { tx.journal_position("a").await }))
            .await;
        assert_eq!(seen, position);
        assert_eq!(reader.read().journal_position("a").await.unwrap(), position);
    }
}

#[tokio::test]
async fn locked_counting_loses_nothing_between_processes() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    let count = |process: &Process| {
        let store = process.store.clone();
        async move {
            for _ in 0..50 {
                store
                    .transact::<_, StoreError, _>(|tx| {
                        Box::pin(async move {
                            let position = tx.journal_position("a").await?;
                            tx.set_journal_position("a", position + 1).await
                        })
                    })
                    .await
                    .unwrap();
            }
        }
    };
    tokio::join!(count(&one), count(&two), count(&one), count(&two));
    assert_eq!(one.read().journal_position("a").await.unwrap(), 200);
}

#[tokio::test]
async fn the_database_says_what_it_is_and_keeps_utc() {
    let database = Database::new().await;
    let process = database.process().await;
    process.store.ping().await.unwrap();
    let about = process.store.about().await.unwrap();
    assert!(
        about.product.starts_with("SQLite 3.") || about.product.starts_with("MySQL "),
        "{about:?}"
    );
    let off = (SystemClock.now() - about.now).num_seconds().abs();
    assert!(off <= 60, "the database's clock is {off} s off");
}

#[tokio::test]
async fn connections_are_durable_and_see_what_was_committed() {
    let database = Database::new().await;
    let process = database.process().await;
    let setting = async |sql: &'static str| {
        process
            .write(move |tx| {
                Box::pin(async move {
                    let question = Statement::from_string(tx.conn().get_database_backend(), sql);
                    let answer = tx.conn().query_one_raw(question).await?.expect("one row");
                    Ok(answer.try_get_by_index::<String>(0)?)
                })
            })
            .await
    };
    if process
        .store
        .about()
        .await
        .unwrap()
        .product
        .starts_with("MySQL")
    {
        assert_eq!(
            setting("SELECT @@transaction_isolation").await,
            "READ-COMMITTED"
        );
        assert_eq!(
            setting("SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)").await,
            "5"
        );
    } else {
        assert_eq!(setting("PRAGMA journal_mode").await, "wal");
        let synchronous = "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous";
        assert_eq!(setting(synchronous).await, "2", "FULL");
    }
}
