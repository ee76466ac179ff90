//! What a look-up costs at each level, on the Redis that `TEST_REDIS_URL` names.
//!
//! `cargo run --release -p inviter-cache --example measure`

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use inviter_cache::{
    Kept, Loaded, LocalFanout, Login, Memory, Redis, RedisSettings, RemoteCache, Secret, Server,
    Shape, SharedCache, Tiered, TieredOptions,
};
use kernel::{Entropy, SystemEntropy};

const TIMES: u32 = 200_000;
const LONG: Duration = Duration::from_mins(5);

#[tokio::main]
async fn main() {
    let memory: Memory<String, String> = Memory::new(10_000, LONG);
    memory.put("key".to_owned(), Some("value".to_owned()));
    told("memory, hit", 1, async |_| {
        drop(black_box(memory.get("key")));
    })
    .await;

    let options = TieredOptions {
        name: "words",
        capacity: 10_000,
        fresh: LONG,
        near: LONG,
        far: LONG,
    };
    let words: Tiered<String, String, ()> =
        Tiered::new(options, None, Arc::new(LocalFanout::default()));
    let key = "key".to_owned();
    let load = || async {
        Ok(Loaded {
            version: 1,
            value: Some("value".to_owned()),
        })
    };
    told("two levels, hit in memory", 1, async |_| {
        drop(black_box(words.get_or_load(&key, load).await));
    })
    .await;

    let (redis, keeper) = Redis::new(settings(), entropy(), None);
    let asking = async {
        while !redis.is_answering() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let far = RemoteCache::new(redis.clone(), "words", entropy());
        let value = Some(vec![b'x'; 200]);
        for n in 0..1000_u32 {
            let kept = Kept {
                version: 1,
                value: value.clone(),
            };
            far.put(&n.to_be_bytes(), &kept, LONG).await;
        }
        for together in [1, 16, 64, 256] {
            told("Redis, hit of 200 bytes", together, async |n: u32| {
                let found = far.get(&(n % 1000).to_be_bytes()).await;
                assert!(found.is_some(), "it was kept");
            })
            .await;
        }
    };
    tokio::select! {
        () = asking => {}
        () = keeper.run(std::future::pending()) => {}
    }
}

/// Prints what one of `TIMES` takes, `together` of them at a time.
async fn told(what: &str, together: usize, once: impl AsyncFn(u32)) {
    let times = if what.starts_with("Redis") && together == 1 {
        TIMES / 10
    } else {
        TIMES
    };
    let mut best = f64::MAX;
    for _ in 0..3 {
        let started = Instant::now();
        if together == 1 {
            for n in 0..times {
                once(n).await;
            }
        } else {
            stream::iter(0..times)
                .for_each_concurrent(together, |n| once(n))
                .await;
        }
        best = best.min(started.elapsed().as_secs_f64() * 1e6 / f64::from(times));
    }
    println!("{what}, {together} at a time: {best:.2} µs each");
}

fn entropy() -> Arc<dyn Entropy> {
    Arc::new(SystemEntropy::default())
}

fn settings() -> RedisSettings {
    #[expect(clippy::disallowed_methods, reason = "an example has no file")]
    let url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names a Redis");
    let (host, port) = url
        .trim_start_matches("redis://")
        .rsplit_once(':')
        .expect("redis://HOST:PORT");
    RedisSettings {
        shape: Shape::Single,
        seeds: vec![Server {
            host: host.to_owned(),
            port: port.parse().expect("a port"),
        }],
        login: Login {
            username: None,
            password: Some("inviter".into()),
        },
        sentinel_login: Login::default(),
        tls: None,
        timeout: Duration::from_secs(1),
        prefix: "measure".to_owned(),
        secret: Secret(Arc::from(*b"measure")),
    }
}
