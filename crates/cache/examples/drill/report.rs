//! One line of the table.

use std::{fmt, sync::atomic::Ordering, time::Duration};

use tokio::time::Instant;

use crate::process::{BUDGET, LIMIT, Process};

/// What came of an event.
pub(crate) struct Row {
    shape: &'static str,
    event: &'static str,
    gap: Duration,
    slowest: Duration,
    calls: u64,
    errors: u64,
    wrong: u64,
    unanswered: u64,
    admitted: u32,
    seconds: u64,
    back: bool,
}

impl Row {
    pub(crate) const HEAD: &'static str = "| shape | event | gap | calls | errors seen | wrong answers | \
         without Redis | slowest call | admitted, of 600 and its refill | back |\n\
         |---|---|---|---|---|---|---|---|---|---|";

    pub(crate) fn new(
        shape: &'static str,
        event: &'static str,
        seconds: u64,
        processes: &[Process],
        end: Instant,
    ) -> Self {
        let seen = || processes.iter().map(|process| &process.seen);
        let micros = seen().map(|seen| seen.slowest_us.load(Ordering::Relaxed));
        Self {
            shape,
            event,
            gap: seen().map(|seen| seen.gap(end)).max().unwrap_or_default(),
            slowest: Duration::from_micros(micros.max().unwrap_or_default()),
            calls: seen().map(|seen| seen.calls.load(Ordering::Relaxed)).sum(),
            errors: seen().map(|seen| seen.errors.load(Ordering::Relaxed)).sum(),
            wrong: seen().map(|seen| seen.wrong.load(Ordering::Relaxed)).sum(),
            unanswered: seen()
                .map(|seen| seen.unanswered.load(Ordering::Relaxed))
                .sum(),
            admitted: seen()
                .map(|seen| seen.admitted.load(Ordering::Relaxed))
                .sum(),
            seconds,
            back: processes.iter().all(Process::is_back),
        }
    }

    /// No wrong answer, no error, all back, and the limit held: once where Redis counted all the time, else three times.
    pub(crate) fn is_sound(&self) -> bool {
        let refill = u32::try_from(self.seconds + 1).unwrap_or(u32::MAX) * LIMIT / 60;
        // Where Redis loses its counts while it answers, each process lets a hundredth more through than its own.
        let most = if self.event == "nothing" {
            LIMIT + refill
        } else {
            3 * (LIMIT + LIMIT / 100 + refill)
        };
        let least = LIMIT.min(u32::try_from(self.seconds).unwrap_or(u32::MAX) * 400);
        // A look-up may ask twice: whether something is kept, and to keep it; each within its budget.
        let late = self.slowest > BUDGET * 4;
        let held = (least..=most).contains(&self.admitted);
        self.back && self.wrong == 0 && self.errors == 0 && held && !late
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "| {} | {} | {:.2} s | {} | {} | {} | {} | {} ms | {} (refill {}) | {} |{}",
            self.shape,
            self.event,
            self.gap.as_secs_f64(),
            self.calls,
            self.errors,
            self.wrong,
            self.unanswered,
            self.slowest.as_millis(),
            self.admitted,
            self.seconds * u64::from(LIMIT) / 60,
            if self.back { "yes" } else { "NO" },
            if self.is_sound() { "" } else { "  NOT SOUND" },
        )
    }
}
