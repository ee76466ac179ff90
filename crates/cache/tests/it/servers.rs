//! The real Redis servers that the environment names, as `scripts/test-redis.sh` starts them.

use std::{sync::Arc, time::Duration};

use inviter_cache::{Login, Redis, RedisSettings, Secret, Server, Shape};
use kernel::{Entropy, SystemEntropy};
use tokio::task::JoinSet;

/// The settings of every server named, each with keys of its own.
pub(crate) fn named() -> Vec<RedisSettings> {
    let sentinel = || Shape::Sentinel {
        master: "inviter".to_owned(),
    };
    [
        ("TEST_REDIS_URL", Shape::Single),
        ("TEST_REDIS_SENTINELS", sentinel()),
        ("TEST_REDIS_CLUSTER", Shape::Cluster),
    ]
    .into_iter()
    .filter_map(|(variable, shape)| settings(variable, shape))
    .collect()
}

pub(crate) fn settings(variable: &str, shape: Shape) -> Option<RedisSettings> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are not configured by a file"
    )]
    let Ok(urls) = std::env::var(variable) else {
        eprintln!("skipped: {variable} names no Redis");
        return None;
    };
    let seeds = urls.split(',').map(server).collect();
    Some(of(shape, seeds))
}

/// Settings with the password of `scripts/test-redis.sh`.
pub(crate) fn of(shape: Shape, seeds: Vec<Server>) -> RedisSettings {
    let mut run = [0; 4];
    entropy().fill(&mut run);
    RedisSettings {
        shape,
        seeds,
        login: login("inviter"),
        sentinel_login: login("sentinel"),
        tls: None,
        // Tests share two cores with a compiler.
        timeout: Duration::from_secs(2),
        prefix: format!("test-{:08x}", u32::from_be_bytes(run)),
        secret: Secret(Arc::from(*b"a secret of the tests")),
    }
}

pub(crate) fn login(password: &str) -> Login {
    Login {
        username: None,
        password: Some(password.into()),
    }
}

pub(crate) fn server(url: &str) -> Server {
    let (host, port) = url
        .trim_start_matches("redis://")
        .rsplit_once(':')
        .expect("redis://HOST:PORT");
    Server {
        host: host.to_owned(),
        port: port.parse().expect("a port"),
    }
}

pub(crate) fn entropy() -> Arc<dyn Entropy> {
    Arc::new(SystemEntropy::default())
}

/// What runs beside a test; it ends with this value.
pub(crate) type Beside = JoinSet<()>;

/// A connection that answers, and what keeps it.
pub(crate) async fn connected(settings: RedisSettings) -> (Redis, Beside) {
    let (redis, keeper) = Redis::new(settings, entropy(), None);
    let mut beside = JoinSet::new();
    beside.spawn(keeper.run(std::future::pending()));
    until("Redis answers", || redis.is_answering()).await;
    (redis, beside)
}

/// Waits until it is so, for ten seconds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within ten seconds: {what}");
}
