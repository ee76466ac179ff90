//! What the server depends on, and how it is found out.

use std::sync::Arc;

use async_trait::async_trait;
use cache::{Redis, RedisState};
use chrono::TimeDelta;
use kernel::Clock;
use store::{Store, StoreError, topology::Member};
use telemetry::{Check, CheckResult};

use crate::background::Gauges;

/// Work that is due for longer than this is late.
const LATE: TimeDelta = TimeDelta::minutes(5);
/// A follower that is further behind than this is late.
const BEHIND: i64 = 10_000;

/// The checks, what matters most first.
pub(crate) fn checks(
    store: &Store,
    clock: Arc<dyn Clock>,
    gauges: Gauges,
    redis: Option<Redis>,
) -> Vec<Box<dyn Check>> {
    let mut checks: Vec<Box<dyn Check>> = vec![
        Box::new(Writing(store.clone())),
        Box::new(Reading(store.clone())),
        Box::new(Members(store.clone())),
        Box::new(Background {
            store: store.clone(),
            clock,
            gauges,
        }),
    ];
    if let Some(redis) = redis {
        checks.push(Box::new(Sharing(redis)));
    }
    checks
}

/// Can the database be written to? An empty transaction takes the way of every write, past all that waits.
struct Writing(Store);

#[async_trait]
impl Check for Writing {
    fn name(&self) -> &'static str {
        "database"
    }

    async fn check(&self) -> CheckResult {
        let members = Arc::clone(&self.0.topology().borrow());
        // Every instance sees the same: to take them all out of service would help nobody.
        if members.is_discovered()
            && let Some(trouble) = members.trouble()
        {
            return CheckResult::degraded(trouble);
        }
        let written: Result<(), StoreError> = self.0.transact(|_| Box::pin(async { Ok(()) })).await;
        answered(written)
    }
}

/// Can the database be read?
struct Reading(Store);

#[async_trait]
impl Check for Reading {
    fn name(&self) -> &'static str {
        "database_readers"
    }

    async fn check(&self) -> CheckResult {
        answered(self.0.ping().await)
    }
}

/// Is the group of the database whole?
struct Members(Store);

#[async_trait]
impl Check for Members {
    fn name(&self) -> &'static str {
        "database_members"
    }

    async fn check(&self) -> CheckResult {
        let members = Arc::clone(&self.0.topology().borrow());
        if !members.is_discovered() {
            return CheckResult::up("");
        }
        let absent = members.members.iter().filter(|member| !member.serves());
        let absent: Vec<_> = absent.map(Member::standing).collect();
        if absent.is_empty() {
            return CheckResult::up("");
        }
        let (absent, all) = (absent.join(", "), members.members.len());
        CheckResult::degraded(format!("of {all} members some do not serve: {absent}"))
    }
}

fn answered(outcome: Result<(), StoreError>) -> CheckResult {
    match outcome {
        Ok(()) => CheckResult::up(""),
        Err(error) => {
            // Whoever may ask is not meant to see a driver's text.
            tracing::warn!(%error, "the database does not answer as it should");
            CheckResult::down("the database does not answer; the log says why")
        }
    }
}

/// Does the work in the background keep up?
struct Background {
    store: Store,
    clock: Arc<dyn Clock>,
    gauges: Gauges,
}

#[async_trait]
impl Check for Background {
    fn name(&self) -> &'static str {
        "background"
    }

    async fn check(&self) -> CheckResult {
        let now = self.clock.now();
        let oldest = match self.store.read().jobs_due(now).await {
            Ok((_, oldest)) => oldest.unwrap_or(now),
            // Whether that is so is for the checks of the database to say.
            Err(_) => return CheckResult::degraded("the queue cannot be read"),
        };
        if now - oldest > LATE {
            let minutes = (now - oldest).num_minutes();
            return CheckResult::degraded(format!("a job has waited for {minutes} minutes"));
        }
        match self.gauges.furthest_behind() {
            Some((follower, events)) if events > BEHIND => {
                CheckResult::degraded(format!("{follower} is {events} events behind"))
            }
            _ => CheckResult::up(""),
        }
    }
}

/// Does Redis answer? The work goes on without it.
struct Sharing(Redis);

#[async_trait]
impl Check for Sharing {
    fn name(&self) -> &'static str {
        "redis"
    }

    async fn check(&self) -> CheckResult {
        match self.0.state() {
            RedisState::Answering => CheckResult::up(""),
            RedisState::Connecting => CheckResult::degraded("not reached yet"),
            // Its address is for the log.
            RedisState::Failing(_) => {
                CheckResult::degraded("Redis does not answer as it should; the log says why")
            }
        }
    }
}
