//! What every implementation of [`Fanout`] must do.

use std::{sync::Arc, time::Duration};

use inviter_cache::{Fanout, Heard, LocalFanout, SharedFanout, Subscription};
use tokio::time::timeout;

use crate::servers::{self, Beside};

/// Two ends of one channel: in one process they are the same.
struct Backend {
    here: Arc<dyn Fanout>,
    there: Arc<dyn Fanout>,
    _beside: Vec<Beside>,
}

async fn backends() -> Vec<Backend> {
    let local: Arc<dyn Fanout> = Arc::new(LocalFanout::default());
    let mut backends = vec![Backend {
        here: Arc::clone(&local),
        there: local,
        _beside: Vec::new(),
    }];
    for settings in servers::named() {
        let (here, first) = shared(settings.clone()).await;
        let (there, second) = shared(settings).await;
        backends.push(Backend {
            here,
            there,
            _beside: vec![first, second],
        });
    }
    backends
}

async fn shared(settings: inviter_cache::RedisSettings) -> (Arc<dyn Fanout>, Beside) {
    let (redis, mut beside) = servers::connected(settings).await;
    let (fanout, listener) = SharedFanout::new(redis, servers::entropy());
    let mut ready = fanout.subscribe("ready");
    beside.spawn(listener.run(std::future::pending()));
    assert_eq!(
        heard(&mut ready).await,
        Heard::Gap,
        "it listens from here on"
    );
    (Arc::new(fanout), beside)
}

async fn heard(subscription: &mut Subscription) -> Heard {
    timeout(Duration::from_secs(10), subscription.next())
        .await
        .expect("something is heard")
}

fn message(text: &str) -> Heard {
    Heard::Message(text.as_bytes().into())
}

#[tokio::test]
async fn who_listens_hears_it_once_and_in_order() {
    for Backend { here, there, .. } in &backends().await {
        let mut near = here.subscribe("a");
        let mut far = there.subscribe("a");
        for text in ["one", "two", "three"] {
            here.publish("a", text.as_bytes()).await;
        }
        for listener in [&mut near, &mut far] {
            for text in ["one", "two", "three"] {
                assert_eq!(heard(listener).await, message(text));
            }
        }
    }
}

#[tokio::test]
async fn topics_are_apart_and_both_ways_are_open() {
    for Backend { here, there, .. } in &backends().await {
        let mut a = here.subscribe("a");
        let mut b = here.subscribe("b");
        there.publish("b", b"for b").await;
        there.publish("a", b"for a").await;
        assert_eq!(heard(&mut a).await, message("for a"));
        assert_eq!(heard(&mut b).await, message("for b"));
    }
}

#[tokio::test]
async fn who_falls_behind_hears_that_there_is_a_gap() {
    for Backend { here, .. } in &backends().await {
        let mut slow = here.subscribe("a");
        for n in 0..5_000_u32 {
            here.publish("a", &n.to_be_bytes()).await;
        }
        assert_eq!(heard(&mut slow).await, Heard::Gap);
        assert!(matches!(heard(&mut slow).await, Heard::Message(_)));
    }
}

#[tokio::test]
async fn without_redis_news_stay_in_the_process() {
    let nowhere = servers::of(
        inviter_cache::Shape::Single,
        vec![servers::server("redis://127.0.0.1:1")],
    );
    let (redis, _keeper) = inviter_cache::Redis::new(nowhere, servers::entropy(), None);
    let (fanout, _listener) = SharedFanout::new(redis, servers::entropy());
    let mut listener = fanout.subscribe("a");
    fanout.publish("a", b"one").await;
    assert_eq!(heard(&mut listener).await, message("one"));
}
