//! Every figure that Inviter gives out. Labels are bounded: enums, names written in the code, and templates of routes.

mod database;
mod families;
mod guard;
mod labels;

use std::{fmt::Write, time::Duration};

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, histogram::Histogram, info::Info},
    registry::Registry,
};

pub use self::{
    database::DatabaseFigures,
    guard::{GroupFigures, GuardMetrics, MemberFigures},
    labels::CacheLevel,
};
use self::{
    families::Families,
    labels::{
        Build, CacheLabels, HttpLabels, JobLabels, NameLabel, OutcomeLabel, StateLabel,
        method as method_label, status_class,
    },
};
use crate::process::ProcessCollector;

/// The figures, and the registry that renders them.
///
/// Names and outcomes are `&'static str` where the closed set they belong to is at home in another room.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    families: Families,
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
        let families = Families::register(&mut registry);
        Self { registry, families }
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

    /// A request was answered. `route` is the template, never the path as it came.
    pub fn http_request(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        self.http_histogram(method, route, status)
            .observe(elapsed.as_secs_f64());
    }

    /// The histogram in which such requests are counted, for hot routes that look it up once.
    pub fn http_histogram(&self, method: &str, route: &str, status: u16) -> Histogram {
        let labels = HttpLabels {
            method: method_label(method),
            route: route.to_owned(),
            status: status_class(status),
        };
        self.families.http.get_or_create_owned(&labels)
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

    /// The counter of clicks with this outcome. The hot route keeps it.
    pub fn clicks(&self, outcome: &'static str) -> Counter {
        self.families
            .clicks
            .get_or_create_owned(&OutcomeLabel { outcome })
    }

    /// A sign-up was decided.
    pub fn sign_up(&self, outcome: &'static str) {
        self.families
            .sign_ups
            .get_or_create(&OutcomeLabel { outcome })
            .inc();
    }

    /// A referral reached a state.
    pub fn referral(&self, state: &'static str) {
        self.families
            .referrals
            .get_or_create(&StateLabel { state })
            .inc();
    }

    /// A grant reached a state.
    pub fn grant(&self, state: &'static str) {
        self.families
            .grants
            .get_or_create(&StateLabel { state })
            .inc();
    }

    /// The sum of all differences that the last verification of the ledger found, in minor units.
    pub fn ledger_imbalance(&self, difference: i64) {
        self.families.ledger_imbalance.set(difference);
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

/// Every metric with its kind, labels and meaning, as Markdown; made from the registry itself.
pub fn catalogue() -> String {
    let metrics = Metrics::new(Registry::default(), "version");
    metrics.families.touch();
    format!(
        "# Metrics\n\nAt `/api/metrics` of Inviter:\n\n{}\n## Of the guard of a MySQL group\n\nAt `/metrics` of `inviter mysql-guard`:\n\n{}",
        table(&metrics.render()),
        table(&guard::sample())
    )
}

fn table(exposition: &str) -> String {
    let mut page = "| Name | Kind | Labels | Meaning |\n|---|---|---|---|\n".to_owned();
    let lines: Vec<&str> = exposition.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let Some((name, help)) = line
            .strip_prefix("# HELP ")
            .and_then(|rest| rest.split_once(' '))
        else {
            continue;
        };
        let body = &lines[at + 1..];
        let body = &body[..body
            .iter()
            .position(|line| line.starts_with("# HELP "))
            .unwrap_or(body.len())];
        let kind = body
            .iter()
            .find_map(|line| line.strip_prefix("# TYPE ")?.split(' ').nth(1))
            .unwrap_or_default();
        let sample = body
            .iter()
            .find(|line| !line.starts_with('#'))
            .copied()
            .unwrap_or_default();
        let suffix = match kind {
            "counter" => "_total",
            "info" => "_info",
            _ => "",
        };
        let labels = label_names(sample);
        let _ = writeln!(page, "| `{name}{suffix}` | {kind} | {labels} | {help} |");
    }
    page
}

/// `a{b="c",d="e"} 1` to `b`, `d`. The sample labels hold no commas.
fn label_names(sample: &str) -> String {
    let labels = sample
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or("", |(labels, _)| labels);
    let names = labels
        .split(',')
        .filter_map(|label| label.split_once('='))
        .map(|(name, _)| name);
    names
        .filter(|name| *name != "le")
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
