//! A database goes into another one, whole or not at all.

use std::collections::BTreeSet;

use domain::projects::Mode;
use sea_orm::{ConnectionTrait, Statement};
use store::{Conn, MoveError, Moving, Step, Store, testing::Scratch};
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    database::{Database, Process},
    samples::{member, project},
};

const SOURCE: [u8; 32] = [7; 32];
/// More than go over in one transaction.
const MEMBERS: usize = 4500;

/// A SQLite file with a project and its members.
struct Source {
    process: Process,
    _scratch: Scratch,
}

async fn source() -> Source {
    let scratch = Scratch::sqlite();
    let (store, writer) = Store::open(scratch.options()).await.unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(writer.run());
    store.migrate().await.unwrap();
    let process = Process::of(store, tasks);
    process
        .write(|tx| {
            Box::pin(async move {
                let project = project("moved", Mode::Live);
                tx.directory().insert_project(&project).await?;
                let members: Vec<_> = (0..MEMBERS)
                    .map(|number| member(project.id, Some(&format!("雪-{number}"))))
                    .collect();
                tx.project(project.id).members().insert_all(&members).await
            })
        })
        .await;
    Source {
        process,
        _scratch: scratch,
    }
}

async fn moved(from: &Process, to: &Process) -> Result<u64, MoveError> {
    let moving = Moving {
        from: &from.store,
        to: &to.store,
    };
    let (same, books) = moving.run(SOURCE, |_| {}).await?;
    assert!(books.is_sound());
    Ok(same.iter().map(|table| table.rows).sum())
}

/// Begins to move, and ends when the first members have gone over.
async fn break_off(moving: Moving<'_>) {
    let half_way = Notify::new();
    let told = |step| {
        if matches!(step, Step::Copied("members", _)) {
            half_way.notify_one();
        }
    };
    tokio::select! {
        _ = moving.run(SOURCE, told) => panic!("it was not broken off"),
        () = half_way.notified() => {}
    }
}

#[tokio::test]
async fn every_table_is_moved_but_those_about_processes() {
    let database = Database::new().await;
    let backdoor = database.backdoor().await;
    let names =
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()";
    let names = if database.is_mysql() {
        names
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    };
    let names = Statement::from_string(backdoor.get_database_backend(), names);
    let names = backdoor.query_all_raw(names).await.unwrap();
    let mut there: BTreeSet<String> = names
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    for left in ["seaql_migrations", "fences", "moves"] {
        assert!(there.remove(left), "{left}");
    }
    let moved: BTreeSet<String> = Moving::TABLES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(there, moved);
}

#[tokio::test]
async fn a_move_that_is_broken_off_goes_on_and_then_both_are_the_same() {
    let source = source().await;
    let database = Database::new().await;
    let target = database.process().await;
    let moving = Moving {
        from: &source.process.store,
        to: &target.store,
    };
    break_off(moving).await;
    assert!(target.store.is_half_filled().await.unwrap());
    let other = moving.run([8; 32], |_| {}).await;
    assert!(matches!(other, Err(MoveError::OtherSource)), "{other:?}");
    assert_eq!(
        moved(&source.process, &target).await.unwrap(),
        MEMBERS as u64 + 1
    );
    assert!(!target.store.is_half_filled().await.unwrap());
    let again = moved(&source.process, &target).await;
    assert!(matches!(again, Err(MoveError::Occupied(_))), "{again:?}");
}

#[tokio::test]
async fn a_source_that_changes_behind_the_copy_is_noticed() {
    let source = source().await;
    let database = Database::new().await;
    let target = database.process().await;
    let moving = Moving {
        from: &source.process.store,
        to: &target.store,
    };
    break_off(moving).await;
    // An update of a row that has gone over already.
    source
        .process
        .write(|tx| {
            Box::pin(async move {
                tx.conn()
                    .execute_unprepared("UPDATE members SET locale = 'zh'")
                    .await?;
                Ok(())
            })
        })
        .await;
    let outcome = moved(&source.process, &target).await;
    assert!(
        matches!(outcome, Err(MoveError::Differs("members"))),
        "{outcome:?}"
    );
    assert!(target.store.is_half_filled().await.unwrap());
}
