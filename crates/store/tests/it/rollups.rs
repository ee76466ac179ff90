//! Rollups.

use kernel::{ProgramId, ProjectId};
use store::{Rollup, StoreError, Total};
use tokio::task::JoinSet;

use crate::{
    database::{Database, Process},
    samples::id,
};

fn change(program: ProgramId, day: i64, metric: &str, dimension: &str, value: i64) -> Rollup {
    Rollup {
        program,
        day,
        metric: metric.to_owned(),
        dimension: dimension.to_owned(),
        value,
    }
}

async fn add(process: &Process, project: ProjectId, changes: Vec<Rollup>) {
    process
        .write(move |tx| {
            let changes = changes.clone();
            Box::pin(async move { tx.project(project).rollups().add(&changes).await })
        })
        .await;
}

/// A few figures of two programs.
async fn fill(process: &Process, project: ProjectId, one: ProgramId, two: ProgramId) {
    add(
        process,
        project,
        vec![
            change(one, 20_260_101, "clicks", "wechat", 5),
            change(one, 20_260_101, "clicks", "wechat", 2),
            change(one, 20_260_101, "clicks", "", 7),
            change(two, 20_260_103, "clicks", "wechat", 1),
            change(two, 20_260_103, "signups", "", 9),
        ],
    )
    .await;
    add(
        process,
        project,
        vec![
            change(one, 20_260_101, "clicks", "wechat", -3),
            change(one, 20_260_102, "clicks", "Wechat", 4),
        ],
    )
    .await;
    add(
        process,
        id(),
        vec![change(one, 20_260_101, "clicks", "wechat", 1_000)],
    )
    .await;
}

#[tokio::test]
async fn differences_add_up() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, one) = (id(), id());
    fill(&process, project, one, id()).await;
    let read = process.read();
    let rollups = read.project(project).rollups();
    let mut series = rollups
        .series(Some(one), &["clicks"], 20_260_101, 20_260_102)
        .await
        .unwrap();
    series.sort_by(|a, b| (a.day, &a.dimension).cmp(&(b.day, &b.dimension)));
    assert_eq!(
        series,
        [
            change(one, 20_260_101, "clicks", "", 7),
            change(one, 20_260_101, "clicks", "wechat", 4),
            change(one, 20_260_102, "clicks", "Wechat", 4),
        ]
    );
    let totals = rollups
        .totals(None, &["clicks", "signups"], 0, 99_999_999)
        .await
        .unwrap();
    let total = |metric: &str, dimension: &str, value| Total {
        metric: metric.to_owned(),
        dimension: dimension.to_owned(),
        value,
    };
    let expected = [
        total("clicks", "", 7),
        total("clicks", "Wechat", 4),
        total("clicks", "wechat", 5),
        total("signups", "", 9),
    ];
    assert_eq!(totals, expected);
    assert_eq!(
        rollups
            .totals(None, &["clicks"], 20_270_101, 20_280_101)
            .await
            .unwrap(),
        []
    );
}

#[tokio::test]
async fn many_changes_at_once_from_two_processes() {
    let database = Database::new().await;
    let processes = [database.process().await, database.process().await];
    let (project, program): (ProjectId, ProgramId) = (id(), id());
    let changes: Vec<_> = (0..450)
        .map(|n| change(program, n, "clicks", "", 1))
        .collect();
    let mut writers = JoinSet::new();
    for writer in 0..6 {
        let store = processes[writer % 2].store.clone();
        let changes = changes.clone();
        writers.spawn(async move {
            store
                .transact::<_, StoreError, _>(move |tx| {
                    let changes = changes.clone();
                    Box::pin(async move { tx.project(project).rollups().add(&changes).await })
                })
                .await
                .unwrap();
        });
    }
    writers.join_all().await;
    let read = processes[0].read();
    let series = read
        .project(project)
        .rollups()
        .series(None, &["clicks"], 0, 1_000)
        .await
        .unwrap();
    assert_eq!(series.len(), 450);
    assert!(series.iter().all(|rollup| rollup.value == 6));
}
