//! What every implementation of [`RateLimits`] must do. A backend joins by one more line in [`backends`].

use std::{
    collections::HashSet,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta};
use inviter_cache::{LimitClass, Limiter, Quota, RateLimits, SharedLimits};
use kernel::{Clock, FakeClock, SystemClock};
use tokio::task::JoinSet;

use crate::servers::{self, Beside};

const WINDOW: Duration = Duration::from_mins(1);
/// For tests that wait, where time cannot be set.
const SHORT: Duration = Duration::from_secs(3);

struct Backend {
    limits: Arc<dyn RateLimits>,
    /// Time that can be set; elsewhere it passes by itself.
    fake: Option<FakeClock>,
    _beside: Beside,
}

impl Backend {
    async fn wait(&self, time: Duration) {
        match &self.fake {
            Some(fake) => fake.advance(TimeDelta::from_std(time).expect("not long")),
            None => tokio::time::sleep(time).await,
        }
    }
}

fn quotas(window: Duration) -> impl Fn(LimitClass) -> Quota {
    move |class| Quota {
        limit: NonZeroU32::new(limit(class)).expect("not zero"),
        window,
    }
}

fn limit(class: LimitClass) -> u32 {
    if class == LimitClass::SignIn { 3 } else { 10 }
}

fn fake_clock() -> (FakeClock, Arc<dyn Clock>) {
    let fake = FakeClock::new(DateTime::from_timestamp(1_700_000_000, 0).expect("a valid time"));
    let clock = Arc::new(fake.clone());
    (fake, clock)
}

async fn backends(window: Duration) -> Vec<Backend> {
    let (fake, clock) = fake_clock();
    let mut backends = vec![Backend {
        limits: Arc::new(Limiter::new(&clock, quotas(window))),
        fake: Some(fake),
        _beside: JoinSet::new(),
    }];
    for settings in servers::named() {
        let (redis, beside) = servers::connected(settings).await;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let alone = Arc::new(Limiter::new(&clock, quotas(window)));
        backends.push(Backend {
            limits: Arc::new(SharedLimits::new(redis, alone, &clock)),
            fake: None,
            _beside: beside,
        });
    }
    backends
}

#[tokio::test]
async fn lets_exactly_the_limit_through_at_once() {
    for backend in backends(WINDOW).await {
        for class in LimitClass::ALL {
            let (limit, started) = (limit(class), Instant::now());
            for left in (0..limit).rev() {
                let verdict = backend.limits.check(class, b"key").await;
                assert!(verdict.allowed);
                assert_eq!((verdict.limit, verdict.window), (limit, WINDOW));
                assert_eq!(verdict.remaining, left);
                let full = WINDOW / limit * (limit - left);
                is_about(&backend, verdict.reset_after, full, started);
            }
            let refused = backend.limits.check(class, b"key").await;
            assert!(!refused.allowed);
            assert_eq!(refused.remaining, 0);
            is_about(&backend, refused.reset_after, WINDOW / limit, started);
        }
    }
}

/// Exactly so where time stands still, else less by what has passed.
fn is_about(backend: &Backend, told: Duration, expected: Duration, started: Instant) {
    let passed = match backend.fake {
        Some(_) => Duration::ZERO,
        None => started.elapsed(),
    };
    let rounding = Duration::from_micros(u64::from(backend.fake.is_none()));
    assert!(told <= expected + rounding, "{told:?} of {expected:?}");
    assert!(told + passed >= expected, "{told:?} of {expected:?}");
}

#[tokio::test]
async fn counts_keys_and_classes_apart() {
    for Backend { limits, .. } in &backends(WINDOW).await {
        for _ in 0..3 {
            assert!(limits.check(LimitClass::SignIn, b"a").await.allowed);
        }
        assert!(!limits.check(LimitClass::SignIn, b"a").await.allowed);
        assert!(limits.check(LimitClass::SignIn, b"b").await.allowed);
        assert!(limits.check(LimitClass::Api, b"a").await.allowed);
    }
}

#[tokio::test]
async fn waiting_as_long_as_told_lets_one_through() {
    for backend in &backends(SHORT).await {
        let check = async || backend.limits.check(LimitClass::SignIn, b"key").await;
        for _ in 0..3 {
            check().await;
        }
        let wait = check().await.reset_after;
        // A hair's breadth before, where time can be told so finely.
        let early = if backend.fake.is_some() {
            Duration::from_micros(1)
        } else {
            wait / 2
        };
        backend.wait(wait.saturating_sub(early)).await;
        assert!(!check().await.allowed);
        backend.wait(early).await;
        assert!(check().await.allowed);
        assert!(!check().await.allowed);
        backend.wait(SHORT).await;
        assert_eq!(check().await.remaining, 2);
    }
}

#[tokio::test]
async fn holds_under_parallel_requests() {
    for Backend { limits, .. } in &backends(WINDOW).await {
        let mut tasks = JoinSet::new();
        for _ in 0..100 {
            let limits = Arc::clone(limits);
            tasks.spawn(async move { limits.check(LimitClass::Api, b"key").await.allowed });
        }
        let allowed = tasks
            .join_all()
            .await
            .into_iter()
            .filter(|allowed| *allowed)
            .count();
        assert_eq!(allowed, 10);
    }
}

#[tokio::test]
async fn several_processes_share_a_limit_and_have_it_to_themselves_without_redis() {
    for settings in servers::named() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut processes = Vec::new();
        for _ in 0..3 {
            let (redis, beside) = servers::connected(settings.clone()).await;
            let alone = Arc::new(Limiter::new(&clock, quotas(WINDOW)));
            processes.push((SharedLimits::new(redis, alone, &clock), beside));
        }
        let mut allowed = 0;
        for (limits, _) in processes.iter().cycle().take(30) {
            allowed += u32::from(limits.check(LimitClass::Api, b"key").await.allowed);
        }
        assert_eq!(allowed, 10, "as if they were one");
        // Those who keep the connections end, and with them the connections.
        for (_, beside) in &mut processes {
            beside.shutdown().await;
        }
    }
    let nowhere = servers::of(
        inviter_cache::Shape::Single,
        vec![servers::server("redis://127.0.0.1:1")],
    );
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let alone = Arc::new(Limiter::new(&clock, quotas(WINDOW)));
    let (redis, _keeper) = inviter_cache::Redis::new(nowhere, servers::entropy(), None);
    let limits = SharedLimits::new(redis, alone, &clock);
    let mut allowed = 0;
    for _ in 0..30 {
        allowed += u32::from(limits.check(LimitClass::Api, b"key").await.allowed);
    }
    assert_eq!(allowed, 10);
}

#[tokio::test]
async fn the_limiter_forgets_keys_whose_allowance_is_full() {
    let (fake, clock) = fake_clock();
    let limiter = Limiter::new(&clock, quotas(WINDOW));
    for n in 0..1_000_u32 {
        limiter.check(LimitClass::Visit, &n.to_be_bytes()).await;
    }
    limiter.housekeep();
    assert_eq!(limiter.tracked(), 1_000);
    fake.advance(TimeDelta::seconds(61));
    limiter.housekeep();
    assert_eq!(limiter.tracked(), 0);
}

#[test]
fn classes_are_told_apart() {
    let names: HashSet<_> = LimitClass::ALL
        .map(LimitClass::as_str)
        .into_iter()
        .collect();
    assert_eq!(names.len(), LimitClass::ALL.len());
    for (index, class) in LimitClass::ALL.into_iter().enumerate() {
        assert_eq!(class as usize, index, "quotas are found by position");
    }
}
