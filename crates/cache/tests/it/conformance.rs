//! What every implementation of [`RateLimits`] must do. A backend joins by one more line in [`backends`].

use std::{collections::HashSet, num::NonZeroU32, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta};
use inviter_cache::{LimitClass, Limiter, Quota, RateLimits};
use kernel::{Clock, FakeClock};

const WINDOW: Duration = Duration::from_mins(1);

fn quota(class: LimitClass) -> Quota {
    let limit = if class == LimitClass::SignIn { 3 } else { 10 };
    Quota {
        limit: NonZeroU32::new(limit).expect("not zero"),
        window: WINDOW,
    }
}

fn fake_clock() -> (FakeClock, Arc<dyn Clock>) {
    let fake = FakeClock::new(DateTime::from_timestamp(1_700_000_000, 0).expect("a valid time"));
    let clock = Arc::new(fake.clone());
    (fake, clock)
}

fn backends() -> Vec<(FakeClock, Arc<dyn RateLimits>)> {
    let (fake, clock) = fake_clock();
    vec![(fake, Arc::new(Limiter::new(&clock, quota)))]
}

#[tokio::test]
async fn lets_exactly_the_limit_through_at_once() {
    for (_, limits) in backends() {
        for class in LimitClass::ALL {
            let limit = quota(class).limit.get();
            for left in (0..limit).rev() {
                let verdict = limits.check(class, b"key").await;
                assert!(verdict.allowed);
                assert_eq!((verdict.limit, verdict.window), (limit, WINDOW));
                assert_eq!(verdict.remaining, left);
                assert_eq!(verdict.reset_after, WINDOW / limit * (limit - left));
            }
            let refused = limits.check(class, b"key").await;
            assert!(!refused.allowed);
            assert_eq!(
                (refused.remaining, refused.reset_after),
                (0, WINDOW / limit)
            );
        }
    }
}

#[tokio::test]
async fn counts_keys_and_classes_apart() {
    for (_, limits) in backends() {
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
    for (clock, limits) in backends() {
        for _ in 0..3 {
            limits.check(LimitClass::SignIn, b"key").await;
        }
        let wait = limits.check(LimitClass::SignIn, b"key").await.reset_after;
        clock.advance(TimeDelta::from_std(wait).unwrap() - TimeDelta::microseconds(1));
        assert!(!limits.check(LimitClass::SignIn, b"key").await.allowed);
        clock.advance(TimeDelta::microseconds(1));
        assert!(limits.check(LimitClass::SignIn, b"key").await.allowed);
        assert!(!limits.check(LimitClass::SignIn, b"key").await.allowed);
        clock.advance(TimeDelta::from_std(WINDOW).unwrap());
        assert_eq!(limits.check(LimitClass::SignIn, b"key").await.remaining, 2);
    }
}

#[tokio::test]
async fn holds_under_parallel_requests() {
    for (_, limits) in backends() {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let limits = Arc::clone(&limits);
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
async fn the_limiter_forgets_keys_whose_allowance_is_full() {
    let (fake, clock) = fake_clock();
    let limiter = Limiter::new(&clock, quota);
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
