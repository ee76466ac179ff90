//! How long to wait before the next attempt.

use std::time::Duration;

use chrono::TimeDelta;
use kernel::Entropy;

/// No attempt waits longer, whatever the other side asks for.
pub(crate) const LONGEST: TimeDelta = TimeDelta::hours(24);

const STEPS: [i64; 10] = [
    10,
    60,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];

/// The wait after `attempts` failures (1 for the first): 10 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h,
/// then 24 h each.
pub fn backoff(attempts: u32) -> TimeDelta {
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    TimeDelta::seconds(STEPS[step.min(STEPS.len() - 1)])
}

/// `wait` and up to a fifth more, so that what failed together does not come back together. Never less than `wait`.
pub fn jittered(wait: TimeDelta, entropy: &dyn Entropy) -> TimeDelta {
    let most = wait.num_milliseconds().max(0) / 5;
    wait.checked_add(&TimeDelta::milliseconds(up_to(most, entropy)))
        .unwrap_or(wait)
}

/// Anything from nothing to `most`.
pub(crate) fn random(most: Duration, entropy: &dyn Entropy) -> Duration {
    let most = i64::try_from(most.as_millis()).unwrap_or(i64::MAX);
    Duration::from_millis(up_to(most, entropy).unsigned_abs())
}

fn up_to(most: i64, entropy: &dyn Entropy) -> i64 {
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes);
    let share = i128::from(most) * i128::from(u32::from_be_bytes(bytes)) / i128::from(u32::MAX);
    i64::try_from(share).unwrap_or(most)
}
