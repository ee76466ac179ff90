//! Time, always injected, always truncated to the microsecond both databases keep.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Datelike, TimeDelta, Utc};

/// A point in time in UTC. Microsecond precision: what `DATETIME(6)` and SQLite both return unchanged.
pub type Timestamp = DateTime<Utc>;

/// Whether a time that a caller sent is one to work with: from 1970, before which only unset clocks are, to 9999, the
/// last year that RFC 3339 can write.
pub fn is_usable(time: Timestamp) -> bool {
    (1970..=9999).contains(&time.year())
}

/// Where the time comes from. The only implementations are the system's and the tests'.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment, truncated to microseconds.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        let now = Utc::now();
        from_micros(now.timestamp_micros())
    }
}

/// A clock that stands still until told to move. Clones share one hand.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<AtomicI64>);

impl FakeClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.timestamp_micros())))
    }

    /// Moves the hand by `by`, which may be negative.
    pub fn advance(&self, by: TimeDelta) {
        let micros = by.num_microseconds().unwrap_or(i64::MAX / 4);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        from_micros(self.0.load(Ordering::SeqCst))
    }
}

fn from_micros(micros: i64) -> Timestamp {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}
