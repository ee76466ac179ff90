//! The schema comes up once and stays.

use sea_orm::ConnectionTrait;

use crate::database::Database;

#[tokio::test]
async fn applied_once_and_found_again() {
    let database = Database::empty().await;
    let process = database.process().await;

    let before = process.store.migration_status().await.unwrap();
    assert!(
        before.known.len() > 50,
        "every table and index has its migration"
    );
    assert_eq!(before.pending().len(), before.known.len());

    let applied = process.store.migrate().await.unwrap();
    assert_eq!(applied.len(), before.known.len());
    assert_eq!(process.store.migrate().await.unwrap(), Vec::<String>::new());

    let after = database
        .process()
        .await
        .store
        .migration_status()
        .await
        .unwrap();
    assert_eq!(after.pending(), Vec::<&str>::new());
    assert!(after.known.iter().all(|state| state.applied));
}

#[tokio::test]
async fn status_does_not_change_an_empty_database() {
    let database = Database::empty().await;
    let process = database.process().await;
    let first = process.store.migration_status().await.unwrap();
    assert_eq!(first, process.store.migration_status().await.unwrap());
    assert_eq!(first.pending().len(), first.known.len());
}

#[tokio::test]
async fn processes_that_start_together_apply_it_once() {
    let database = Database::empty().await;
    let mut processes = Vec::new();
    for _ in 0..4 {
        processes.push(database.process().await);
    }
    let together = processes.iter().map(|process| process.store.migrate());
    for applied in futures::future::join_all(together).await {
        applied.unwrap();
    }
    let after = processes[0].store.migration_status().await.unwrap();
    assert_eq!(after.pending(), Vec::<&str>::new());
}

#[tokio::test]
async fn what_a_newer_program_applied_is_nothing_to_this_one() {
    let database = Database::new().await;
    let newer =
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_of_tomorrow', 1)";
    let backdoor = database.backdoor().await;
    backdoor.execute_unprepared(newer).await.unwrap();

    let process = database.process().await;
    let status = process.store.migration_status().await.unwrap();
    assert_eq!(status.pending(), Vec::<&str>::new());
    assert_eq!(process.store.migrate().await.unwrap(), Vec::<String>::new());
}
