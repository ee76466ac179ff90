use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chrono::TimeDelta;
use inviter_jobs::{JobError, Runner, RunnerOptions};
use kernel::SystemClock;
use store::{JobState, StoreResult};

use crate::{
    fixture::{Database, a_while, advance, spawn, until},
    probe::{Probe, Running, options},
};

#[tokio::test]
async fn a_failed_job_waits_longer_each_time_and_is_gone_when_done() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 5, |run| {
        if run < 3 {
            Err(JobError::retry("not yet"))
        } else {
            Ok(())
        }
    });
    database.enqueue(probe.kind).await;
    let running = Running::start(&database, &probe, options());
    for (attempt, too_soon, enough) in [(1, 9, 4), (2, 59, 14)] {
        probe.until_begun(attempt).await;
        until("put back", async || {
            database.count(probe.kind, JobState::Queued).await == 1
        })
        .await;
        advance(&database.clock, too_soon);
        a_while().await;
        assert_eq!(probe.begun(), attempt, "not before its time");
        advance(&database.clock, enough);
    }
    probe.until_begun(3).await;
    until("gone", async || {
        database.count(probe.kind, JobState::Queued).await
            + database.count(probe.kind, JobState::Running).await
            == 0
    })
    .await;
    running.stop().await;
    assert_eq!(database.dead(probe.kind).await, None);
}

#[tokio::test]
async fn a_job_is_dead_after_its_last_attempt() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 3, |run| {
        Err(JobError::retry(format!("failure {run}")))
    });
    database.enqueue(probe.kind).await;
    let running = Running::start(&database, &probe, options());
    for attempt in 1..3 {
        probe.until_begun(attempt).await;
        until("put back", async || {
            database.count(probe.kind, JobState::Queued).await == 1
        })
        .await;
        advance(&database.clock, 24 * 3600);
    }
    until("dead", async || database.dead(probe.kind).await.is_some()).await;
    running.stop().await;
    let dead = database.dead(probe.kind).await.unwrap();
    assert_eq!(
        (dead.attempts, dead.last_error.as_deref()),
        (3, Some("failure 3"))
    );
    assert_eq!(probe.begun(), 3);
}

#[tokio::test]
async fn what_cannot_succeed_is_not_tried_again() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 5, |_| Err(JobError::fatal("never")));
    database.enqueue(probe.kind).await;
    let running = Running::start(&database, &probe, options());
    until("dead", async || database.dead(probe.kind).await.is_some()).await;
    running.stop().await;
    assert_eq!(database.dead(probe.kind).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn the_other_side_may_ask_for_another_wait_up_to_a_day() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 5, |run| {
        let wait = if run == 1 {
            TimeDelta::hours(1)
        } else {
            TimeDelta::MAX
        };
        Err(JobError {
            retry_after: Some(wait),
            ..JobError::retry("slower")
        })
    });
    database.enqueue(probe.kind).await;
    let running = Running::start(&database, &probe, options());
    for (attempt, too_soon, enough) in [(1, 3599, 722), (2, 24 * 3600 - 1, 5 * 3600)] {
        probe.until_begun(attempt).await;
        until("put back", async || {
            database.count(probe.kind, JobState::Queued).await == 1
        })
        .await;
        advance(&database.clock, too_soon);
        a_while().await;
        assert_eq!(probe.begun(), attempt, "not before its time");
        advance(&database.clock, enough);
    }
    probe.until_begun(3).await;
    running.stop().await;
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 1, |_| panic!("trouble"));
    database.enqueue(probe.kind).await;
    let running = Running::start(&database, &probe, options());
    until("dead", async || database.dead(probe.kind).await.is_some()).await;
    running.stop().await;
    assert_eq!(
        database
            .dead(probe.kind)
            .await
            .unwrap()
            .last_error
            .as_deref(),
        Some("the handler panicked")
    );
}

#[tokio::test]
async fn a_job_is_taken_over_when_its_lease_has_run_out() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 5, |_| Ok(()));
    database.enqueue(probe.kind).await;
    assert_eq!(
        database
            .claim(probe.kind, "a process that died")
            .await
            .len(),
        1
    );
    let running = Running::start(&database, &probe, options());
    advance(&database.clock, 59);
    a_while().await;
    assert_eq!(probe.begun(), 0, "the lease still holds");
    advance(&database.clock, 1);
    probe.until_begun(1).await;
    running.stop().await;
    assert_eq!(database.count(probe.kind, JobState::Running).await, 0);
}

#[tokio::test]
async fn a_job_that_kills_its_process_every_time_is_given_up() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 2, |_| Ok(()));
    database.enqueue(probe.kind).await;
    for _ in 0..2 {
        assert_eq!(
            database
                .claim(probe.kind, "a process that died")
                .await
                .len(),
            1
        );
        advance(&database.clock, 60);
    }
    let running = Running::start(&database, &probe, options());
    until("dead", async || database.dead(probe.kind).await.is_some()).await;
    running.stop().await;
    assert_eq!(probe.begun(), 0);
}

#[tokio::test]
async fn a_long_job_keeps_its_lease() {
    let database = Database::new().await;
    let probe = Probe::gated(&database);
    let id = database.enqueue(probe.kind).await;
    let short = |owner: &str| RunnerOptions {
        owner: owner.to_owned(),
        lease: Duration::from_millis(900),
        ..options()
    };
    let runner = |owner| {
        let clock = Arc::new(SystemClock);
        let handlers = vec![Arc::clone(&probe) as _];
        Runner::new(
            &database.store,
            handlers,
            clock,
            Arc::clone(&database.entropy) as _,
            short(owner),
        )
    };
    let one = spawn(runner("one").run(std::future::pending()));
    let two = spawn(runner("two").run(std::future::pending()));
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(probe.begun(), 1, "{id} was run by one alone");
    probe.gate.add_permits(1);
    until("gone", async || {
        database.count(probe.kind, JobState::Running).await == 0
    })
    .await;
    one.abort();
    two.abort();
}

#[tokio::test]
async fn an_attempt_that_lost_its_lease_is_broken_off() {
    let database = Database::new().await;
    let probe = Probe::gated(&database);
    let id = database.enqueue(probe.kind).await;
    let running = Running::start(
        &database,
        &probe,
        RunnerOptions {
            lease: Duration::from_millis(600),
            poll: Duration::from_mins(1),
            ..options()
        },
    );
    probe.until_begun(1).await;
    advance(&database.clock, 1);
    assert_eq!(database.claim(probe.kind, "another").await.len(), 1);
    until("broken off", async || probe.inside() == 0).await;
    running.stop().await;
    let completed: StoreResult<bool> = database
        .store
        .transact(move |tx| Box::pin(async move { tx.complete(id, "another").await }))
        .await;
    assert!(completed.unwrap(), "the other has it");
}

#[tokio::test]
async fn a_stop_lets_end_what_can_and_puts_back_the_rest() {
    let database = Database::new().await;
    let probe = Probe::gated(&database);
    for _ in 0..3 {
        database.enqueue(probe.kind).await;
    }
    let running = Running::start(
        &database,
        &probe,
        RunnerOptions {
            workers: 2,
            ..options()
        },
    );
    probe.until_begun(2).await;
    let stopped = spawn(running.stop());
    a_while().await;
    probe.gate.add_permits(1);
    stopped.await.unwrap();
    assert_eq!(probe.begun(), 2, "nothing was begun after the stop");
    assert_eq!(probe.inside(), 0);
    assert_eq!(database.count(probe.kind, JobState::Running).await, 0);
    assert_eq!(
        database.claim(probe.kind, "another").await.len(),
        2,
        "no lease is in the way"
    );
}

#[tokio::test]
async fn no_more_run_at_once_than_there_are_workers_and_all_get_their_turn() {
    let database = Database::new().await;
    let probe = Probe::gated(&database);
    for _ in 0..20 {
        database.enqueue(probe.kind).await;
    }
    let running = Running::start(
        &database,
        &probe,
        RunnerOptions {
            workers: 3,
            poll: Duration::from_mins(1),
            ..options()
        },
    );
    probe.until_begun(3).await;
    a_while().await;
    assert_eq!(probe.inside(), 3);
    probe.gate.add_permits(20);
    probe.until_begun(20).await;
    running.stop().await;
    assert_eq!(probe.at_once.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_commit_that_tells_the_log_wakes_the_runner() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 1, |_| Ok(()));
    let running = Running::start(
        &database,
        &probe,
        RunnerOptions {
            poll: Duration::from_mins(1),
            ..options()
        },
    );
    a_while().await;
    database.enqueue(probe.kind).await;
    database.emit(1).await;
    probe.until_begun(1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_runner_with_nothing_to_do_commits_nothing() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 1, |_| Ok(()));
    let running = Running::start(&database, &probe, options());
    database.emit(5).await;
    a_while().await;
    assert_eq!(database.store.group_counts(), (5, 5));
    running.stop().await;
}

#[tokio::test]
async fn a_kind_without_a_handler_is_left_alone() {
    let database = Database::new().await;
    let probe = Probe::new(&database, 1, |_| Ok(()));
    let unknown = database.name("unknown");
    database.enqueue(unknown).await;
    database.enqueue(probe.kind).await;
    let running = Running::start(&database, &probe, options());
    probe.until_begun(1).await;
    running.stop().await;
    assert_eq!(
        database.claim(unknown, "another").await[0].attempts,
        1,
        "nobody touched it"
    );
}
