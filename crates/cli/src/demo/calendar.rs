//! The demo's own time.

use std::f64::consts::PI;

use chrono::{TimeDelta, Utc};
use kernel::{Clock, FakeClock, SystemClock, Timestamp};

/// Days that end now.
pub(super) struct Calendar {
    pub(super) clock: FakeClock,
    first: Timestamp,
    days: u16,
}

impl Calendar {
    pub(super) fn new(days: u16) -> Self {
        let today = SystemClock
            .now()
            .date_naive()
            .and_hms_opt(0, 0, 0)
            .unwrap_or_default();
        let today = chrono::DateTime::<Utc>::from_naive_utc_and_offset(today, Utc);
        let first = today - TimeDelta::days(i64::from(days));
        Self {
            clock: FakeClock::new(first),
            first,
            days,
        }
    }

    /// Moves the clock to the morning of a day, counted from 0.
    pub(super) fn turn_to(&self, day: u16) {
        self.set(self.first + TimeDelta::days(i64::from(day)) + TimeDelta::hours(7));
    }

    /// Moves the clock on within the day: `share` of its sixteen waking hours.
    pub(super) fn pass(&self, share: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a share of a day in seconds is small"
        )]
        let seconds = (share * 16.0 * 3600.0) as i64;
        self.clock.advance(TimeDelta::seconds(seconds.max(1)));
    }

    /// How lively a day is: growth over the season, quiet week-ends, and a wave of a month.
    pub(super) fn liveliness(&self, day: u16) -> f64 {
        let progress = f64::from(day) / f64::from(self.days);
        let growth = (2.2 * progress).exp();
        let weekend = if matches!(day % 7, 5 | 6) { 0.6 } else { 1.0 };
        let wave = 1.0 + 0.15 * (2.0 * PI * f64::from(day) / 30.0).sin();
        growth * weekend * wave
    }

    fn set(&self, to: Timestamp) {
        self.clock.advance(to - self.clock.now());
    }
}
