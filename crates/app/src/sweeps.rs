//! What every process does again and again. All of it bears being done by several at once.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures::future::BoxFuture;
use jobs::{Periodic, PeriodicError, Schedule};
use kernel::{Actor, Ctx};
use store::{StoreResult, WriteTx};

use crate::{
    App, AppResult,
    figures::measure_waiting,
    ledger::verify_ledger,
    rewards::{expire_due, release_due},
};

/// Answers to idempotency keys are kept for so long.
const ANSWERS: TimeDelta = TimeDelta::days(30);
/// What is forgotten in one transaction.
const SET: usize = 1000;
/// Sets of one run at most; the next run goes on.
const SETS: usize = 100;

/// Adds this installation's periodic work.
pub fn sweeps(app: &App, schedule: Schedule) -> Schedule {
    let works = [
        Work::Due,
        Work::Answers,
        Work::Sessions,
        Work::Fences,
        Work::Ledger,
        Work::Queue,
        Work::Waiting,
    ];
    works.into_iter().fold(schedule, |schedule, work| {
        schedule.with(Arc::new(Sweep {
            app: app.clone(),
            work,
        }))
    })
}

/// Forgets the answers to idempotency keys that are older than 30 days. Tells how many.
///
/// # Errors
/// The database cannot do it.
pub async fn forget_answers(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let before = ctx.now() - ANSWERS;
    in_sets(app, move |tx| {
        Box::pin(async move { tx.forget_answers_before(before, SET as u64).await })
    })
    .await
}

/// Forgets the sessions and one-time links whose time is over. Tells how many.
///
/// # Errors
/// The database cannot do it.
pub async fn forget_sessions(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let now = ctx.now();
    let sessions = in_sets(app, move |tx| {
        Box::pin(async move { tx.directory().forget_sessions_before(now, SET as u64).await })
    });
    let links = in_sets(app, move |tx| {
        Box::pin(async move { tx.directory().forget_links_before(now, SET as u64).await })
    });
    Ok(sessions.await? + links.await?)
}

/// Forgets by which commit the processes that began more than 30 days ago could be told whether it happened. Tells how many.
///
/// # Errors
/// The database cannot do it.
pub async fn forget_fences(app: &App, ctx: &Ctx) -> AppResult<usize> {
    let before = ctx.now() - ANSWERS;
    in_sets(app, move |tx| {
        Box::pin(async move { tx.forget_fences_before(before, SET as u64).await })
    })
    .await
}

/// Forgets set by set, each in a transaction of its own, until there is no whole one left. Tells how many there were.
async fn in_sets(
    app: &App,
    forget: impl for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, StoreResult<usize>>
    + Copy
    + Send
    + Sync
    + 'static,
) -> AppResult<usize> {
    let mut all = 0;
    for _ in 0..SETS {
        let forgotten = app.store().transact(forget).await?;
        all += forgotten;
        if forgotten < SET {
            break;
        }
    }
    Ok(all)
}

/// Sets the figures of the queue.
///
/// # Errors
/// The database cannot be asked.
pub async fn measure_queue(app: &App, ctx: &Ctx) -> AppResult<()> {
    let now = ctx.now();
    let (due, oldest) = app.store().read().jobs_due(now).await?;
    let waited = oldest
        .and_then(|oldest| (now - oldest).to_std().ok())
        .unwrap_or_default();
    app.metrics().jobs_waiting(due, waited);
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Work {
    Due,
    Answers,
    Sessions,
    Fences,
    Ledger,
    Queue,
    Waiting,
}

struct Sweep {
    app: App,
    work: Work,
}

#[async_trait::async_trait]
impl Periodic for Sweep {
    fn name(&self) -> &'static str {
        match self.work {
            Work::Due => "sweep.due",
            Work::Answers => "sweep.answers",
            Work::Sessions => "sweep.sessions",
            Work::Fences => "sweep.fences",
            Work::Ledger => "sweep.ledger",
            Work::Queue => "sweep.queue",
            Work::Waiting => "sweep.waiting",
        }
    }

    fn period(&self) -> Duration {
        match self.work {
            Work::Due => Duration::from_secs(30),
            Work::Answers | Work::Sessions | Work::Fences | Work::Ledger => Duration::from_hours(1),
            Work::Queue => Duration::from_secs(15),
            Work::Waiting => Duration::from_mins(1),
        }
    }

    async fn run(&self) -> Result<(), PeriodicError> {
        let ctx = self.app.ctx(Actor::System(self.name()), self.name());
        match self.work {
            Work::Due => {
                release_due(&self.app, &ctx).await?;
                expire_due(&self.app, &ctx).await?;
            }
            Work::Answers => drop(forget_answers(&self.app, &ctx).await?),
            Work::Sessions => drop(forget_sessions(&self.app, &ctx).await?),
            Work::Fences => drop(forget_fences(&self.app, &ctx).await?),
            Work::Ledger => {
                let report = verify_ledger(&self.app, &ctx).await?;
                if !report.is_sound() {
                    tracing::error!(?report, "the ledger's books are wrong");
                }
            }
            Work::Queue => measure_queue(&self.app, &ctx).await?,
            Work::Waiting => measure_waiting(&self.app, &ctx).await?,
        }
        Ok(())
    }
}
