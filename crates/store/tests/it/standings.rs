//! Ranks: by number, ties by who joined first.

use std::cmp::Reverse;

use domain::referrals::Standing;
use kernel::{ProgramId, ProjectId};

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

fn standings(program: ProgramId, numbers: &[u32]) -> Vec<Standing> {
    let standing = |qualified: &u32| Standing {
        program,
        member: id(),
        registered: *qualified,
        qualified: *qualified,
        quota_used: 0,
        quota_since: moment(0),
        wait_key: None,
        updated_at: moment(0),
    };
    numbers.iter().map(standing).collect()
}

async fn insert(process: &Process, project: ProjectId, all: &[Standing]) {
    let all = all.to_vec();
    process
        .write(move |tx| {
            let all = all.clone();
            Box::pin(async move { tx.project(project).standings().insert_all(&all).await })
        })
        .await;
}

/// Whoever is asked for, wherever the page is cut: the order is that of the whole list.
#[tokio::test]
async fn a_part_of_the_ranking_is_that_of_the_whole() {
    let numbers: [&[u32]; 7] = [
        &[0, 0],
        &[1],
        &[3, 3, 3, 3, 3, 3],
        &[1, 2, 3, 4, 5],
        &[5, 4, 3, 2, 1, 0],
        &[3, 1, 3, 2, 1, 1, 0, 2, 3],
        &[2, 2, 1, 1, 1, 1, 3, 3, 3, 4, 1],
    ];
    let database = Database::new().await;
    let process = database.process().await;
    for numbers in numbers {
        let (project, program) = (id(), id());
        let all = standings(program, numbers);
        insert(&process, project, &all).await;
        insert(&process, project, &standings(id(), &[9, 9])).await;
        let mut ranking: Vec<Standing> = all.into_iter().filter(|one| one.qualified > 0).collect();
        ranking.sort_by_key(|one| (Reverse(one.qualified), one.member));
        for limit in 1..6 {
            parts(&process, project, program, &ranking, limit).await;
        }
    }
}

async fn parts(
    process: &Process,
    project: ProjectId,
    program: ProgramId,
    ranking: &[Standing],
    limit: usize,
) {
    let (reader, few) = (process.read(), limit as u64);
    let found = reader.project(project).standings();
    let first = ranking.len().min(limit);
    assert_eq!(found.leaders(program, few).await.unwrap(), ranking[..first]);
    for (place, own) in ranking.iter().enumerate() {
        let start = place.saturating_sub(limit);
        let end = ranking.len().min(place + 1 + limit);
        assert_eq!(found.rank(own).await.unwrap(), place as u64 + 1);
        assert_eq!(found.before(own, few).await.unwrap(), ranking[start..place]);
        assert_eq!(
            found.after(own, few).await.unwrap(),
            ranking[place + 1..end]
        );
    }
}
