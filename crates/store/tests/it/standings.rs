//! Ranks: by number, ties by who joined first.

use std::cmp::Reverse;

use domain::referrals::Standing;
use kernel::{ProgramId, ProjectId};
use proptest::{collection::vec, prelude::*};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whoever is asked for, wherever the page is cut: the order is that of the whole list.
    #[test]
    fn a_part_of_the_ranking_is_that_of_the_whole(numbers in vec(0..4_u32, 1..14), limit in 1..6_u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let database = Database::new().await;
            let process = database.process().await;
            let (project, program) = (id(), id());
            let all = standings(program, &numbers);
            insert(&process, project, &all).await;
            insert(&process, project, &standings(id(), &[9, 9])).await;
            let mut ranking: Vec<Standing> = all.into_iter().filter(|one| one.qualified > 0).collect();
            ranking.sort_by_key(|one| (Reverse(one.qualified), one.member));
            let reader = process.read();
            let found = reader.project(project).standings();
            let few = usize::try_from(limit).unwrap();
            let first = ranking.len().min(few);
            assert_eq!(found.leaders(program, limit).await.unwrap(), ranking[..first]);
            for (place, own) in ranking.iter().enumerate() {
                let (start, end) = (place.saturating_sub(few), ranking.len().min(place + 1 + few));
                assert_eq!(found.rank(own).await.unwrap(), place as u64 + 1);
                assert_eq!(found.before(own, limit).await.unwrap(), ranking[start..place]);
                assert_eq!(found.after(own, limit).await.unwrap(), ranking[place + 1..end]);
            }
        });
    }
}
