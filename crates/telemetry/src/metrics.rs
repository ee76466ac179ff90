//! Every figure that Inviter gives out. Labels are bounded: enums, names written in the code, and templates of routes.

mod backup;
mod business;
mod catalogue;
mod database;
mod families;
mod guard;
mod histogram;
mod http;
mod labels;

use std::{collections::BTreeSet, sync::Mutex, time::Duration};

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, info::Info},
    registry::Registry,
};
use tokio::runtime::RuntimeMetrics;

pub use self::{
    backup::BackupFigures,
    business::WaitingFigures,
    catalogue::catalogue,
    database::{ConnectionFigures, DatabaseFigures},
    guard::{GroupFigures, GuardMetrics, MemberFigures},
    histogram::Histogram,
    http::{HotRoute, InFlight},
    labels::{CacheLevel, SecurityEvent},
};
use self::{
    families::Families,
    labels::{Build, CacheLabels, EventLabel, JobLabels, NameLabel, OutcomeLabel},
};
use crate::process::ProcessCollector;

/// The figures, and the registry that renders them.
///
/// Names and outcomes are `&'static str` where the closed set they belong to is at home in another room.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    families: Families,
    /// The units that have a label of their own.
    units: Mutex<BTreeSet<String>>,
}

impl Metrics {
    /// Registers everything in `registry`. `version` is that of the binary.
    pub fn new(mut registry: Registry, version: &'static str) -> Self {
        registry.register(
            "inviter_build",
            "The binary that runs",
            Info::new(Build { version }),
        );
        registry.register_collector(Box::new(ProcessCollector));
        let this = Self {
            families: Families::register(&mut registry),
            registry,
            units: Mutex::default(),
        };
        for event in SecurityEvent::ALL {
            drop(this.security(event));
        }
        this
    }

    /// All figures as OpenMetrics text, version 1.0.0.
    ///
    /// # Panics
    /// Never: writing to a string does not fail.
    pub fn render(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }

    /// Attempts of this kind that were refused.
    pub fn security(&self, event: SecurityEvent) -> Counter {
        let event = event.as_str();
        let label = EventLabel { event };
        self.families.security.get_or_create_owned(&label)
    }

    /// How the threads that run tasks are, and what waits for them.
    pub fn runtime(&self, now: &RuntimeMetrics) {
        let figure = |count| i64::try_from(count).unwrap_or(i64::MAX);
        let families = &self.families;
        families.runtime_workers.set(figure(now.num_workers()));
        families.runtime_tasks.set(figure(now.num_alive_tasks()));
        families.runtime_queue.set(figure(now.global_queue_depth()));
        let workers = 0..now.num_workers();
        let busy: Duration = workers
            .map(|worker| now.worker_total_busy_duration(worker))
            .sum();
        let counted = families.runtime_busy.get();
        let more = busy.as_secs_f64() - counted;
        families.runtime_busy.inc_by(more.max(0.0));
    }

    /// Writes shared a commit.
    pub fn group_commit(&self, writes: usize, elapsed: Duration) {
        let writes = u32::try_from(writes).unwrap_or(u32::MAX);
        self.families.group_size.observe(f64::from(writes));
        self.families.group_commit.observe(elapsed.as_secs_f64());
    }

    /// A write was tried again, for this reason.
    pub fn transact_retry(&self, reason: &'static str) {
        self.families
            .transact_retries
            .get_or_create(&OutcomeLabel { outcome: reason })
            .inc();
    }

    /// A job ran.
    pub fn job(&self, kind: &'static str, outcome: &'static str, elapsed: Duration) {
        let labels = JobLabels { kind, outcome };
        self.families
            .jobs
            .get_or_create(&labels)
            .observe(elapsed.as_secs_f64());
    }

    /// How many jobs are due and how long the oldest of them has waited.
    pub fn jobs_waiting(&self, due: u64, oldest: Duration) {
        self.families
            .jobs_waiting
            .set(i64::try_from(due).unwrap_or(i64::MAX));
        self.families.jobs_oldest.set(oldest.as_secs_f64());
    }

    /// A webhook was attempted.
    pub fn webhook(&self, outcome: &'static str, elapsed: Duration) {
        self.families
            .webhooks
            .get_or_create(&OutcomeLabel { outcome })
            .observe(elapsed.as_secs_f64());
    }

    /// How many events a follower of the event log is behind.
    pub fn follower_lag(&self, follower: &'static str, events: u64) {
        let lag = i64::try_from(events).unwrap_or(i64::MAX);
        self.families
            .follower_lag
            .get_or_create(&NameLabel { name: follower })
            .set(lag);
    }

    /// How many listen to what happens, and how many pieces of news wait for the slowest of them.
    pub fn live(&self, listeners: usize, waiting: usize) {
        let figure = |count| i64::try_from(count).unwrap_or(i64::MAX);
        self.families.live_listeners.set(figure(listeners));
        self.families.live_waiting.set(figure(waiting));
    }

    /// The counter of look-ups in a cache. Callers on hot paths keep it.
    pub fn cache_lookups(&self, level: CacheLevel, hit: bool) -> Counter {
        let labels = CacheLabels {
            level: level.as_str(),
            result: if hit { "hit" } else { "miss" },
        };
        self.families.cache.get_or_create_owned(&labels)
    }

    /// The histogram of calls to Redis that ended so. Callers on hot paths keep it.
    pub fn redis_calls(&self, outcome: &'static str) -> Histogram {
        self.families
            .redis_calls
            .get_or_create_owned(&OutcomeLabel { outcome })
    }

    /// Redis of this mode answers from now on, or no longer does.
    pub fn redis_up(&self, mode: &'static str, up: bool) {
        self.families
            .redis_up
            .get_or_create(&NameLabel { name: mode })
            .set(i64::from(up));
    }
}
