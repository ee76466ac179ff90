//! Figures that somebody has to look at, because nothing reports them by itself.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use app::App;
use store::topology::Member;
use telemetry::{CacheLevel, ConnectionFigures, DatabaseFigures};
use tokio::runtime::Handle;

/// How far the followers are behind, for the health checks.
#[derive(Debug, Clone)]
pub(crate) struct Gauges(Arc<[(&'static str, Arc<AtomicI64>)]>);

impl Gauges {
    /// The follower that is the furthest behind, and by how many events.
    pub(crate) fn furthest_behind(&self) -> Option<(&'static str, i64)> {
        let lags = self
            .0
            .iter()
            .map(|(name, lag)| (*name, lag.load(Ordering::Relaxed)));
        lags.max_by_key(|(_, lag)| *lag)
    }
}

/// Looks at the figures and tells the metrics.
pub(super) struct Figures {
    app: App,
    gauges: Gauges,
    /// Hits and misses of each cache that were counted already.
    counted: Mutex<HashMap<&'static str, (u64, u64)>>,
}

impl Figures {
    pub(super) fn new(app: App, lags: Vec<(&'static str, Arc<AtomicI64>)>) -> Self {
        Self {
            app,
            gauges: Gauges(lags.into()),
            counted: Mutex::default(),
        }
    }

    pub(super) fn gauges(&self) -> Gauges {
        self.gauges.clone()
    }

    pub(super) fn update(&self) {
        for (name, lag) in self.gauges.0.iter() {
            let behind = lag.load(Ordering::Relaxed).max(0).unsigned_abs();
            self.app.metrics().follower_lag(name, behind);
        }
        let live = app::live::load(&self.app);
        self.app.metrics().live(live.listeners, live.waiting);
        self.app.metrics().database(&self.members());
        self.app.metrics().runtime(&Handle::current().metrics());
        self.count_lookups();
    }

    fn members(&self) -> DatabaseFigures {
        let snapshot = Arc::clone(&self.app.store().topology().borrow());
        let of_group = snapshot.is_discovered();
        let members = snapshot.members.iter().filter(|_| of_group);
        let members = members.map(|member| (member.address.clone(), member.standing(), member.lag));
        DatabaseFigures {
            writer: snapshot.writer.is_some(),
            split_brain: snapshot.split_brain,
            epoch: snapshot.epoch,
            failovers: snapshot.failovers,
            last_gap: snapshot.last_gap,
            members: members.collect(),
            connections: snapshot.members.iter().map(connections).collect(),
        }
    }

    fn count_lookups(&self) {
        for (name, stats) in self.app.cache_stats() {
            self.count(name, CacheLevel::Memory, (stats.hits, stats.misses));
        }
        let far = self.app.shared_cache_stats();
        self.count("all processes", CacheLevel::Redis, far);
    }

    fn count(&self, name: &'static str, level: CacheLevel, (hits, misses): (u64, u64)) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let before = counted.insert(name, (hits, misses)).unwrap_or_default();
        let lookups = |hit| self.app.metrics().cache_lookups(level, hit);
        lookups(true).inc_by(hits.saturating_sub(before.0));
        lookups(false).inc_by(misses.saturating_sub(before.1));
    }
}

fn connections(member: &Member) -> ConnectionFigures {
    let connections = member.connections();
    ConnectionFigures {
        member: member.address.clone(),
        in_use: connections.in_use,
        idle: connections.idle,
        writing: connections.writing,
        limit: connections.limit,
    }
}
