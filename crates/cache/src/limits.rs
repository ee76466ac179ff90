//! Rate limits.

mod shared;

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use governor::{
    RateLimiter, clock, middleware::StateInformationMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};
use kernel::Clock;

pub use self::shared::SharedLimits;

/// What is limited. Each class has its own quota and its own counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitClass {
    /// Links, landing pages and whatever else is public, by address.
    Visit,
    /// Requests of an API key.
    Api,
    /// Deliveries of events by an API key.
    Ingest,
    /// Requests of a member.
    Member,
    /// Attempts to sign in or to redeem a one-time link, by address and by account.
    SignIn,
    /// Messages to other people that a member causes.
    Send,
}

impl LimitClass {
    /// Every class.
    pub const ALL: [Self; 6] = [
        Self::Visit,
        Self::Api,
        Self::Ingest,
        Self::Member,
        Self::SignIn,
        Self::Send,
    ];

    /// Its name in headers, metrics and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Api => "api",
            Self::Ingest => "ingest",
            Self::Member => "member",
            Self::SignIn => "sign_in",
            Self::Send => "send",
        }
    }
}

/// So many per window, for one key: all at once if need be, refilled evenly over the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many.
    pub limit: NonZeroU32,
    /// The time in which an empty allowance is full again.
    pub window: Duration,
}

impl Quota {
    /// The time in which one of the allowance comes back; at least a nanosecond.
    fn interval(self) -> Duration {
        (self.window / self.limit.get()).max(Duration::from_nanos(1))
    }

    fn gcra(self) -> governor::Quota {
        governor::Quota::with_period(self.interval())
            .expect("an interval is above zero")
            .allow_burst(self.limit)
    }
}

/// The answer to one request: all that the headers `RateLimit`, `RateLimit-Policy` and `Retry-After` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the request may go on.
    pub allowed: bool,
    /// The quota's limit.
    pub limit: u32,
    /// The quota's window.
    pub window: Duration,
    /// How many more may follow at once.
    pub remaining: u32,
    /// Allowed: when the allowance is full again. Refused: when the next request is let through.
    pub reset_after: Duration,
}

/// The seam for rate limits: whoever counts, in this process or for several.
#[async_trait]
pub trait RateLimits: Send + Sync + std::fmt::Debug {
    /// Counts one request of `key` and says whether it may go on. A refused request is not counted.
    async fn check(&self, class: LimitClass, key: &[u8]) -> Verdict;
}

/// Rate limits counted in this process.
///
/// Of a key only its hash is held, 16 bytes with its state. Time comes from the injected clock; should it step back,
/// allowances refill later by that step.
#[derive(Debug)]
pub struct Limiter {
    classes: [(Quota, Counts); LimitClass::ALL.len()],
    hasher: RandomState,
}

type Counts = RateLimiter<u64, DashMapStateStore<u64>, InjectedClock, StateInformationMiddleware>;

impl Limiter {
    /// A limiter with the quota that `quota` names for each class.
    pub fn new(clock: &Arc<dyn Clock>, quota: impl Fn(LimitClass) -> Quota) -> Self {
        let classes = LimitClass::ALL.map(|class| {
            let quota = quota(class);
            let store = DashMapStateStore::default();
            let counts = RateLimiter::new(quota.gcra(), store, InjectedClock(Arc::clone(clock)));
            (quota, counts)
        });
        Self {
            classes,
            hasher: RandomState::new(),
        }
    }

    /// Forgets the keys whose allowance is full again. Call it about once a minute: it bounds the memory by the keys
    /// seen within the longest window.
    pub fn housekeep(&self) {
        for (_, counts) in &self.classes {
            counts.retain_recent();
            counts.shrink_to_fit();
        }
    }

    pub(crate) const fn quota(&self, class: LimitClass) -> Quota {
        self.classes[class as usize].0
    }

    /// Keys held at present, over all classes.
    pub fn tracked(&self) -> usize {
        self.classes.iter().map(|(_, counts)| counts.len()).sum()
    }
}

#[async_trait]
impl RateLimits for Limiter {
    async fn check(&self, class: LimitClass, key: &[u8]) -> Verdict {
        let (quota, counts) = &self.classes[class as usize];
        let limit = quota.limit.get();
        let (allowed, remaining, reset_after) = match counts.check_key(&self.hasher.hash_one(key)) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                (
                    true,
                    remaining,
                    quota.interval() * limit.saturating_sub(remaining),
                )
            }
            Err(refused) => (
                false,
                0,
                refused.wait_time_from(clock::Clock::now(counts.clock())),
            ),
        };
        Verdict {
            allowed,
            limit,
            window: quota.window,
            remaining,
            reset_after,
        }
    }
}

/// The house's clock as governor reads it: nanoseconds since 1970.
#[derive(Debug, Clone)]
struct InjectedClock(Arc<dyn Clock>);

impl clock::Clock for InjectedClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let micros = self.0.now().timestamp_micros().max(0).unsigned_abs();
        Nanos::new(micros.saturating_mul(1000))
    }
}
