//! Rate limits that several processes count together, in Redis.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use async_trait::async_trait;
use kernel::Clock;
use redis::Script;

use super::{LimitClass, Limiter, Quota, RateLimits, Verdict};
use crate::Redis;

/// GCRA, as [`Limiter`] has it: what is kept of a key is the time at which its allowance is full again. The time is that of
/// the server, so that the processes' clocks need not agree; it is in microseconds, to a quarter of one.
const GCRA: &str = "local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = interval * limit
local at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + interval
local wait = at - now - full
if wait >= 1 then return {0, 0, math.ceil(wait)} end
redis.call('SET', KEYS[1], string.format('%.2f', at), 'PX', math.ceil((at - now) / 1000))
return {1, math.max(math.floor((full - (at - now) + 1) / interval), 0), math.ceil(at - now)}";

/// Rate limits counted in Redis, for all processes that share it.
///
/// While Redis gives no answer each process counts for itself: with three processes, up to three times the limit. What Redis
/// let through is counted here too, so that a limit used up there is not whole again here; and what is used up here is so
/// even where Redis has lost its counts.
#[derive(Debug)]
pub struct SharedLimits {
    redis: Redis,
    alone: Arc<Limiter>,
    /// Two counts of the same may differ by the way there and back. So much more is let through where only this one refuses.
    spare: Limiter,
    script: Script,
}

impl SharedLimits {
    /// Limits with the quotas of `alone`, which counts while Redis does not.
    pub fn new(redis: Redis, alone: Arc<Limiter>, clock: &Arc<dyn Clock>) -> Self {
        let spare = Limiter::new(clock, |class| {
            let quota = alone.quota(class);
            let limit = NonZeroU32::new(quota.limit.get() / 100).unwrap_or(NonZeroU32::MIN);
            Quota { limit, ..quota }
        });
        Self {
            redis,
            alone,
            spare,
            script: Script::new(GCRA),
        }
    }

    /// As [`Limiter::housekeep`].
    pub fn housekeep(&self) {
        self.alone.housekeep();
        self.spare.housekeep();
    }
}

#[async_trait]
impl RateLimits for SharedLimits {
    async fn check(&self, class: LimitClass, key: &[u8]) -> Verdict {
        let quota = self.alone.quota(class);
        let hashed = self.redis.key(kind(class), key);
        let interval = format!("{:.3}", quota.interval().as_secs_f64() * 1e6);
        let limit = quota.limit.to_string();
        let arguments = [interval.as_bytes(), limit.as_bytes()];
        let counted = self
            .redis
            .evaluate::<(bool, u32, u64)>((&self.script, GCRA), &hashed, &arguments)
            .await;
        let Ok((allowed, remaining, micros)) = counted else {
            return self.alone.check(class, key).await;
        };
        if allowed {
            let here = self.alone.check(class, key).await;
            if !here.allowed && !self.spare.check(class, key).await.allowed {
                return here;
            }
        }
        Verdict {
            allowed,
            limit: quota.limit.get(),
            window: quota.window,
            remaining,
            reset_after: Duration::from_micros(micros),
        }
    }
}

/// What the keys of a class begin with.
const fn kind(class: LimitClass) -> &'static str {
    match class {
        LimitClass::Visit => "limit:visit",
        LimitClass::Api => "limit:api",
        LimitClass::Ingest => "limit:ingest",
        LimitClass::Member => "limit:member",
        LimitClass::SignIn => "limit:sign_in",
        LimitClass::Send => "limit:send",
    }
}
