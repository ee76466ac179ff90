//! Figures that somebody has to look at, because nothing reports them by itself.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use app::App;
use jobs::PeriodicError;
use kernel::Clock;
use store::JobState;
use telemetry::CacheLevel;

/// The latest figures, for the health checks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gauges {
    oldest: Arc<AtomicU64>,
    lags: Arc<[(&'static str, Arc<AtomicI64>)]>,
}

impl Gauges {
    /// How long the oldest job that is due has waited.
    pub(crate) fn oldest_job(&self) -> Duration {
        Duration::from_secs(self.oldest.load(Ordering::Relaxed))
    }

    /// The follower that is the furthest behind, and by how many events.
    pub(crate) fn furthest_behind(&self) -> Option<(&'static str, i64)> {
        let lags = self.lags.iter().map(|(name, lag)| (*name, lag.load(Ordering::Relaxed)));
        lags.max_by_key(|(_, lag)| *lag)
    }
}

/// Looks at the figures and tells the metrics.
pub(super) struct Figures {
    app: App,
    clock: Arc<dyn Clock>,
    gauges: Gauges,
    /// Hits and misses of each cache that were counted already.
    counted: Mutex<HashMap<&'static str, (u64, u64)>>,
}

impl Figures {
    pub(super) fn new(
        app: App,
        clock: Arc<dyn Clock>,
        lags: Vec<(&'static str, Arc<AtomicI64>)>,
    ) -> Arc<Self> {
        let gauges = Gauges { oldest: Arc::default(), lags: lags.into() };
        Arc::new(Self { app, clock, gauges, counted: Mutex::default() })
    }

    pub(super) fn gauges(&self) -> Gauges {
        self.gauges.clone()
    }

    pub(super) async fn update(self: Arc<Self>) -> Result<(), PeriodicError> {
        let metrics = self.app.metrics();
        for (name, lag) in self.gauges.lags.iter() {
            metrics.follower_lag(name, lag.load(Ordering::Relaxed).max(0).unsigned_abs());
        }
        self.count_lookups();
        let now = self.clock.now();
        let (mut due, mut oldest) = (0, Duration::ZERO);
        for figure in self.app.store().read().queue_figures().await? {
            // A kind of which the oldest job lies in the future has none that waits.
            let Ok(waited) = (now - figure.oldest).to_std() else { continue };
            if figure.state == JobState::Queued {
                due += figure.count;
                oldest = oldest.max(waited);
            }
        }
        metrics.jobs_waiting(due, oldest);
        self.gauges.oldest.store(oldest.as_secs(), Ordering::Relaxed);
        Ok(())
    }

    fn count_lookups(&self) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, stats) in self.app.cache_stats() {
            let (hits, misses) = counted.insert(name, (stats.hits, stats.misses)).unwrap_or_default();
            let lookups = |hit| self.app.metrics().cache_lookups(CacheLevel::Memory, hit);
            lookups(true).inc_by(stats.hits.saturating_sub(hits));
            lookups(false).inc_by(stats.misses.saturating_sub(misses));
        }
    }
}
