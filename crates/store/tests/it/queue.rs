//! The job queue.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use kernel::{JobId, PageRequest, Timestamp};
use serde_json::json;
use store::{Job, JobState, NewJob, StoreError};
use tokio::task::JoinSet;

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

const LEASE: TimeDelta = TimeDelta::seconds(30);

fn job(kind: &str, run_at: Timestamp) -> NewJob {
    NewJob {
        id: id(),
        kind: kind.to_owned(),
        payload: json!({"n": 1, "text": "空"}),
        run_at,
        max_attempts: 5,
        dedupe_key: None,
        created_at: moment(0),
    }
}

async fn enqueue(process: &Process, jobs: Vec<NewJob>) {
    process
        .write(move |tx| {
            let jobs = jobs.clone();
            Box::pin(async move { tx.enqueue(&jobs).await })
        })
        .await;
}

async fn claim(process: &Process, owner: &'static str, now: Timestamp, limit: u64) -> Vec<Job> {
    process
        .write(move |tx| {
            Box::pin(async move { tx.claim(&["mail"], owner, now, LEASE, limit).await })
        })
        .await
}

#[tokio::test]
async fn a_job_is_claimed_when_its_time_has_come() {
    let database = Database::new().await;
    let process = database.process().await;
    let (late, early) = (job("mail", moment(20)), job("mail", moment(10)));
    enqueue(
        &process,
        vec![late.clone(), early.clone(), job("other", moment(0))],
    )
    .await;

    let claimable = async |at| process.read().has_claimable(&["mail"], at).await.unwrap();
    assert!(!claimable(moment(9)).await && claimable(moment(10)).await);
    assert_eq!(claim(&process, "a", moment(9), 10).await, []);
    let claimed = claim(&process, "a", moment(10), 10).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].id, early.id);
    assert_eq!(claimed[0].payload, early.payload);
    assert_eq!(claimed[0].state, JobState::Running);
    assert_eq!(claimed[0].attempts, 1);
    assert_eq!(claimed[0].lease_owner.as_deref(), Some("a"));
    assert_eq!(claimed[0].lease_until, Some(moment(10) + LEASE));
    assert!(!claimable(moment(19)).await);
    assert_eq!(claim(&process, "b", moment(19), 10).await, []);
    assert_eq!(claim(&process, "b", moment(20), 10).await[0].id, late.id);
    let over = moment(10) + LEASE;
    assert!(claimable(over).await, "the lease has run out");
}

#[tokio::test]
async fn eight_workers_claim_a_thousand_jobs_exactly_once() {
    let database = Database::new().await;
    let processes = [database.process().await, database.process().await];
    let jobs: Vec<_> = (0..1_000).map(|n| job("mail", moment(n))).collect();
    let wanted: BTreeSet<JobId> = jobs.iter().map(|job| job.id).collect();
    enqueue(&processes[0], jobs).await;
    let mut workers = JoinSet::new();
    for worker in 0..8 {
        let store = processes[worker % 2].store.clone();
        let owner: &'static str = ["a", "b", "c", "d", "e", "f", "g", "h"][worker];
        workers.spawn(async move {
            let mut done = Vec::new();
            loop {
                let claimed = store
                    .transact::<_, StoreError, _>(move |tx| {
                        Box::pin(async move {
                            tx.claim(&["mail"], owner, moment(1_000), LEASE, 7).await
                        })
                    })
                    .await
                    .unwrap();
                if claimed.is_empty() {
                    return done;
                }
                for job in claimed {
                    let kept = store
                        .transact::<_, StoreError, _>(move |tx| {
                            Box::pin(async move { tx.complete(job.id, owner).await })
                        })
                        .await
                        .unwrap();
                    assert!(kept, "nobody else may have the job");
                    done.push(job.id);
                }
            }
        });
    }
    let done = workers.join_all().await.concat();
    assert_eq!(done.len(), 1_000);
    assert_eq!(done.into_iter().collect::<BTreeSet<_>>(), wanted);
    assert_eq!(processes[0].read().queue_figures().await.unwrap(), []);
}

#[tokio::test]
async fn a_lease_that_ran_out_goes_to_another_worker() {
    let database = Database::new().await;
    let process = database.process().await;
    enqueue(&process, vec![job("mail", moment(0))]).await;
    let first = claim(&process, "a", moment(0), 1).await.remove(0);

    let extended = moment(0) + LEASE + LEASE;
    let id = first.id;
    assert!(
        process
            .write(move |tx| Box::pin(tx.extend_lease(id, "a", extended)))
            .await
    );
    assert!(
        !process
            .write(move |tx| Box::pin(tx.extend_lease(id, "b", extended)))
            .await
    );
    assert_eq!(claim(&process, "b", moment(0) + LEASE, 1).await, []);

    let second = claim(&process, "b", extended, 1).await.remove(0);
    assert_eq!((second.id, second.attempts), (id, 2));
    assert!(
        !process
            .write(move |tx| Box::pin(tx.complete(id, "a")))
            .await,
        "a has lost it"
    );
    assert!(
        !process
            .write(move |tx| Box::pin(tx.fail(id, "a", "late", None)))
            .await
    );
    assert!(
        process
            .write(move |tx| Box::pin(tx.complete(id, "b")))
            .await
    );
}

#[tokio::test]
async fn a_job_fails_is_tried_again_dies_and_is_revived() {
    let database = Database::new().await;
    let process = database.process().await;
    enqueue(&process, vec![job("mail", moment(0))]).await;
    let id = claim(&process, "a", moment(0), 1).await.remove(0).id;
    let later = Some(moment(100));
    assert!(
        process
            .write(move |tx| Box::pin(tx.fail(id, "a", "no route 🛑", later)))
            .await
    );

    assert_eq!(claim(&process, "a", moment(99), 1).await, []);
    let again = claim(&process, "a", moment(100), 1).await.remove(0);
    assert_eq!(
        (again.attempts, again.last_error.as_deref()),
        (2, Some("no route 🛑"))
    );
    assert!(
        process
            .write(move |tx| Box::pin(tx.fail(id, "a", "gone", None)))
            .await
    );
    assert_eq!(claim(&process, "a", moment(1_000_000_000), 1).await, []);

    let dead = process
        .read()
        .dead_jobs(PageRequest::new(None, None))
        .await
        .unwrap();
    assert_eq!(dead.items.len(), 1);
    assert_eq!(dead.items[0].state, JobState::Dead);
    assert_eq!(dead.items[0].lease_owner, None);
    let figures = process.read().queue_figures().await.unwrap();
    assert_eq!(
        (figures[0].kind.as_str(), figures[0].state, figures[0].count),
        ("mail", JobState::Dead, 1)
    );
    assert_eq!(figures[0].oldest, moment(100));

    assert!(
        process
            .write(move |tx| Box::pin(tx.revive(id, moment(200))))
            .await
    );
    assert!(
        !process
            .write(move |tx| Box::pin(tx.revive(id, moment(200))))
            .await,
        "it lives"
    );
    assert_eq!(claim(&process, "a", moment(200), 1).await[0].attempts, 1);
}

#[tokio::test]
async fn the_same_key_is_the_same_job() {
    let database = Database::new().await;
    let (one, two) = (database.process().await, database.process().await);
    let with_key = |key: &str| NewJob {
        dedupe_key: Some(key.to_owned()),
        ..job("mail", moment(0))
    };
    enqueue(
        &one,
        vec![
            with_key("a"),
            with_key("a"),
            with_key("b"),
            job("mail", moment(0)),
        ],
    )
    .await;
    tokio::join!(
        enqueue(&one, vec![with_key("a"), with_key("c")]),
        enqueue(&two, vec![with_key("c"), with_key("b")]),
        enqueue(&two, vec![with_key("c")]),
    );
    let claimed = claim(&one, "a", moment(0), 10).await;
    let mut keys: Vec<_> = claimed
        .iter()
        .map(|job| job.dedupe_key.as_deref())
        .collect();
    keys.sort();
    assert_eq!(keys, [None, Some("a"), Some("b"), Some("c")]);
    let id = claimed
        .iter()
        .find(|job| job.dedupe_key.as_deref() == Some("a"))
        .unwrap()
        .id;
    assert!(one.write(move |tx| Box::pin(tx.complete(id, "a"))).await);
    enqueue(&one, vec![with_key("a")]).await;
    assert_eq!(
        claim(&one, "a", moment(0), 10).await.len(),
        1,
        "once it is done, the key is free"
    );
}
