//! The families as the registry knows them: one entry for each metric.

use std::{hash::Hash, sync::atomic::AtomicU64};

use prometheus_client::{
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
    },
    registry::{Metric, Registry, Unit},
};

use super::{
    histogram::Histogram,
    labels::{
        CacheLabels, EventLabel, HttpLabels, JobLabels, MemberLabel, MemberStateLabels, NameLabel,
        NoLabels, OutcomeLabel, RewardLabels, StateLabel, VerdictLabel,
    },
};

macro_rules! families {
    ($($field:ident: $kind:ty = $make:expr, $name:literal, $unit:expr, $help:literal;)*) => {
        #[derive(Debug)]
        pub(crate) struct Families {
            $(pub(crate) $field: $kind,)*
        }

        impl Families {
            pub(crate) fn register(registry: &mut Registry) -> Self {
                Self { $($field: add(registry, $make, concat!("inviter_", $name), $unit, $help),)* }
            }

            /// Makes a series in every family, for the catalogue: a family without any is not rendered.
            pub(crate) fn touch(&self) {
                $(self.$field.touch();)*
            }
        }
    };
}

families! {
    http: Family<HttpLabels, Histogram> = brief_family(), "http_request_duration", Some(Unit::Seconds),
        "Requests answered, by route";
    http_in_flight: Gauge = Gauge::default(), "http_requests_in_flight", None,
        "Requests that came and are not answered yet";
    security: Family<EventLabel, Counter> = Family::default(), "security_events", None,
        "Attempts that were refused, by what they were";
    runtime_workers: Gauge = Gauge::default(), "runtime_workers", None,
        "Threads that run tasks";
    runtime_tasks: Gauge = Gauge::default(), "runtime_tasks", None,
        "Tasks that have begun and not ended";
    runtime_queue: Gauge = Gauge::default(), "runtime_queue_depth", None,
        "Tasks that could run and wait for any thread";
    runtime_busy: Counter<f64, AtomicU64> = Counter::default(), "runtime_busy", Some(Unit::Seconds),
        "Time that the threads of tasks were at work";
    group_commit: Histogram = brief(), "group_commit_duration", Some(Unit::Seconds),
        "Commits shared by writes";
    group_size: Histogram = sizes(), "group_commit_writes", None,
        "Writes that share a commit";
    transact_retries: Family<OutcomeLabel, Counter> = Family::default(), "transact_retries", None,
        "Writes tried again, by reason";
    jobs: Family<JobLabels, Histogram> = lengthy_family(), "job_duration", Some(Unit::Seconds),
        "Jobs run, by kind and outcome";
    jobs_waiting: Gauge = Gauge::default(), "jobs_waiting", None,
        "Jobs that are due and not running";
    jobs_oldest: Gauge<f64, AtomicU64> = Gauge::default(), "jobs_oldest_age", Some(Unit::Seconds),
        "How long the oldest due job has waited";
    webhooks: Family<OutcomeLabel, Histogram> = lengthy_family(), "webhook_duration", Some(Unit::Seconds),
        "Webhooks attempted, by outcome";
    invitations: Counter = Counter::default(), "invitations", None,
        "Invitations created";
    clicks: Family<OutcomeLabel, Counter> = Family::default(), "clicks", None,
        "Clicks on invite links, by outcome";
    sign_ups: Family<OutcomeLabel, Counter> = Family::default(), "sign_ups", None,
        "Sign-ups, by outcome";
    referrals: Family<StateLabel, Counter> = Family::default(), "referrals", None,
        "Referrals that reached a state";
    grants: Family<StateLabel, Counter> = Family::default(), "grants", None,
        "Grants that reached a state";
    reward_amount: Family<RewardLabels, Counter> = Family::default(), "reward_amount", None,
        "Worth of grants that reached a state: minor units of a unit, pieces of what has none; reversed as far as it was taken back";
    grants_waiting: Family<StateLabel, Gauge> = Family::default(), "grants_waiting", None,
        "Grants that wait, for their date or for a person; counted up to 10000";
    risk_verdicts: Family<VerdictLabel, Counter> = Family::default(), "risk_verdicts", None,
        "Attributed sign-ups, by what the risk rules made of them";
    reviews: Gauge = Gauge::default(), "reviews_waiting", None,
        "Referrals that wait for a review; of each project the newest 1000 that were set aside are looked at";
    review_age: Gauge<f64, AtomicU64> = Gauge::default(), "review_oldest_age", Some(Unit::Seconds),
        "How long the oldest of them has waited";
    budget_left: Family<NoLabels, Gauge<f64, AtomicU64>> = Family::default(), "budget_lowest_left_ratio", None,
        "The part that is left of the budget of which least is left; none where nothing is limited";
    ledger_imbalance: Gauge = Gauge::default(), "ledger_imbalance", None,
        "Differences that the last verification of the ledger found, in minor units";
    follower_lag: Family<NameLabel, Gauge> = Family::default(), "follower_lag_events", None,
        "Events of the log that a follower has not seen yet";
    live_listeners: Gauge = Gauge::default(), "live_listeners", None,
        "Browsers that are told what happens while it happens";
    live_waiting: Gauge = Gauge::default(), "live_waiting", None,
        "Pieces of news that wait for the slowest of them";
    db_writer: Gauge = Gauge::default(), "db_writer_present", None,
        "Whether a member of the database takes writes: 1 or 0";
    db_split_brain: Gauge = Gauge::default(), "db_split_brain", None,
        "Whether more than one member says that it is the primary: 1 or 0";
    db_epoch: Gauge = Gauge::default(), "db_topology_epoch", None,
        "Goes up when a member of the database gets another role";
    db_failovers: Counter = Counter::default(), "db_failovers", None,
        "Times that another member became the writer";
    db_gap: Gauge<f64, AtomicU64> = Gauge::default(), "db_last_failover_duration", Some(Unit::Seconds),
        "How long the database was without a writer when it last changed";
    db_state: Family<MemberStateLabels, Gauge> = Family::default(), "db_member_state", None,
        "Members of the database by what they say of themselves: 1 for each";
    db_lag: Family<MemberLabel, Gauge<f64, AtomicU64>> = Family::default(), "db_member_lag", Some(Unit::Seconds),
        "For how long a member has lacked what the writer had";
    db_connections: Family<MemberStateLabels, Gauge> = Family::default(), "db_connections", None,
        "Connections to a member of the database: for reading in_use or idle, for writing open";
    db_connections_limit: Family<MemberLabel, Gauge> = Family::default(), "db_connections_limit", None,
        "The most connections for reading to a member";
    db_wait: Histogram = brief(), "db_connection_wait", Some(Unit::Seconds),
        "How long a query waited for a connection";
    cache: Family<CacheLabels, Counter> = Family::default(), "cache_lookups", None,
        "Look-ups in a cache, by level and result";
    redis_calls: Family<OutcomeLabel, Histogram> = brief_family(), "redis_call_duration", Some(Unit::Seconds),
        "Calls to Redis, by outcome; skipped while it is left alone";
    redis_up: Family<NameLabel, Gauge> = Family::default(), "redis_up", None,
        "Whether Redis answers, by its mode: 0 while it is left alone";
}

fn add<M: Metric + Clone>(
    registry: &mut Registry,
    metric: M,
    name: &str,
    unit: Option<Unit>,
    help: &str,
) -> M {
    match unit {
        Some(unit) => registry.register_with_unit(name, help, unit, metric.clone()),
        None => registry.register(name, help, metric.clone()),
    }
    metric
}

fn brief_family<L: Clone + Hash + Eq>() -> Family<L, Histogram> {
    Family::new_with_constructor(brief)
}

fn lengthy_family<L: Clone + Hash + Eq>() -> Family<L, Histogram> {
    Family::new_with_constructor(|| {
        Histogram::new(&[0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0])
    })
}

/// From a cached answer to a request that is about to be given up.
fn brief() -> Histogram {
    Histogram::new(&[
        0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ])
}

fn sizes() -> Histogram {
    Histogram::new(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0])
}

/// Makes a series where there may be none.
trait Touch {
    fn touch(&self) {}
}

impl Touch for Histogram {}
impl<N, A> Touch for Counter<N, A> {}
impl<N, A> Touch for Gauge<N, A> {}
impl<L: Default + Clone + Hash + Eq, M, C: MetricConstructor<M>> Touch for Family<L, M, C> {
    fn touch(&self) {
        drop(self.get_or_create(&L::default()));
    }
}
