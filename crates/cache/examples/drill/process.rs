//! One process: its connection, its caches, its limits, its callers.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use inviter_cache::{
    LimitClass, Limiter, Loaded, Login, Quota, RateLimits, Redis, RedisObserver, RedisSettings,
    RemoteCache, Secret, Server, Shape, SharedFanout, SharedLimits, Tiered, TieredOptions,
};
use kernel::{Clock, Entropy, SystemClock, SystemEntropy};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use crate::truth::Truth;

/// What a process lets through per minute.
pub(crate) const LIMIT: u32 = 600;
/// How long a call may take.
pub(crate) const BUDGET: Duration = Duration::from_millis(100);
const KEYS: u32 = 200;

type Words = Tiered<String, String, ()>;

/// A process.
pub(crate) struct Process {
    redis: Redis,
    words: Words,
    limits: Arc<SharedLimits>,
    truth: Arc<Truth>,
    number: u32,
    /// What was seen.
    pub(crate) seen: Arc<Seen>,
    beside: JoinSet<()>,
}

/// Figures of one process.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) calls: AtomicU64,
    pub(crate) wrong: AtomicU64,
    pub(crate) errors: AtomicU64,
    pub(crate) slowest_us: AtomicU64,
    pub(crate) admitted: AtomicU32,
    pub(crate) unanswered: AtomicU64,
    answers: Mutex<Option<(Instant, Duration)>>,
}

impl Seen {
    /// The longest time in which Redis gave no answer, until `end`.
    pub(crate) fn gap(&self, end: Instant) -> Duration {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.map_or(Duration::MAX, |(last, longest)| {
            longest.max(end.saturating_duration_since(last))
        })
    }

    fn took(&self, started: Instant) {
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.slowest_us.fetch_max(micros, Ordering::Relaxed);
        self.calls.fetch_add(1, Ordering::Relaxed);
    }
}

impl RedisObserver for Seen {
    fn called(&self, outcome: &'static str, _: Duration) {
        if outcome != "ok" {
            self.unanswered.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let (last, longest) = answers.unwrap_or((now, Duration::ZERO));
        *answers = Some((now, longest.max(now - last)));
    }

    fn answers(&self, _: bool) {}
}

/// The observer has to be shared.
struct Told(Arc<Seen>);

impl RedisObserver for Told {
    fn called(&self, outcome: &'static str, elapsed: Duration) {
        self.0.called(outcome, elapsed);
    }

    fn answers(&self, answers: bool) {
        self.0.answers(answers);
    }
}

impl Process {
    /// A process whose Redis answers.
    pub(crate) async fn start(shape: &Shape, urls: &str, number: u32, truth: &Arc<Truth>) -> Self {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::default());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let seen = Arc::new(Seen::default());
        let told = Arc::new(Told(Arc::clone(&seen)));
        let settings = settings(shape.clone(), urls, Arc::as_ptr(truth) as usize);
        let (redis, keeper) = Redis::new(settings, Arc::clone(&entropy), Some(told));
        let (news, listener) = SharedFanout::new(redis.clone(), Arc::clone(&entropy));
        let far = RemoteCache::new(redis.clone(), "words", entropy);
        let options = TieredOptions {
            name: "words",
            capacity: 10_000,
            fresh: Duration::from_secs(30),
            near: Duration::from_mins(1),
            far: Duration::from_mins(1),
        };
        let words = Words::new(options, Some(Arc::new(far)), Arc::new(news));
        let mut beside = JoinSet::new();
        beside.spawn(keeper.run(std::future::pending()));
        beside.spawn(listener.run(std::future::pending()));
        beside.spawn(words.clone().listen(std::future::pending()));
        beside.spawn(follow(words.clone(), Arc::clone(truth)));
        let patience = Instant::now() + Duration::from_secs(20);
        while !redis.is_answering() && Instant::now() < patience {
            sleep(Duration::from_millis(5)).await;
        }
        let quota = |_| Quota {
            limit: NonZeroU32::new(LIMIT).expect("not zero"),
            window: Duration::from_mins(1),
        };
        let alone = Arc::new(Limiter::new(&clock, quota));
        Self {
            limits: Arc::new(SharedLimits::new(redis.clone(), alone, &clock)),
            redis,
            words,
            truth: Arc::clone(truth),
            number,
            seen,
            beside,
        }
    }

    /// Whether Redis answers at present.
    pub(crate) fn is_back(&self) -> bool {
        self.redis.is_answering()
    }

    /// Ends what runs beside the callers.
    pub(crate) async fn end(mut self) {
        self.beside.shutdown().await;
    }

    /// Callers of every kind.
    pub(crate) fn call_until(&self, until: Instant, callers: &mut JoinSet<()>) {
        for reader in 0..4 {
            let (words, truth, seen) = self.parts();
            callers.spawn(read(words, truth, seen, until, reader));
        }
        let (words, truth, seen) = self.parts();
        callers.spawn(change(words, truth, seen, until, self.number));
        let (limits, seen) = (Arc::clone(&self.limits), Arc::clone(&self.seen));
        callers.spawn(async move {
            while Instant::now() < until {
                let started = Instant::now();
                let verdict = limits.check(LimitClass::Api, b"everybody").await;
                seen.took(started);
                seen.admitted
                    .fetch_add(u32::from(verdict.allowed), Ordering::Relaxed);
                sleep(Duration::from_millis(2)).await;
            }
        });
    }

    fn parts(&self) -> (Words, Arc<Truth>, Arc<Seen>) {
        let (truth, seen) = (Arc::clone(&self.truth), Arc::clone(&self.seen));
        (self.words.clone(), truth, seen)
    }
}

/// The event log's follower: whatever was changed anywhere is forgotten here, within half a second.
async fn follow(words: Words, truth: Arc<Truth>) {
    let mut place = 0;
    loop {
        for (at, key) in truth.after(place) {
            place = at;
            words.forget(&key.to_string(), at);
        }
        sleep(Duration::from_millis(500)).await;
    }
}

async fn ask(words: &Words, truth: &Arc<Truth>, key: u32) -> Result<u64, ()> {
    let load = || {
        let truth = Arc::clone(truth);
        async move {
            let (value, version) = truth.read(key);
            sleep(Duration::from_millis(1)).await;
            Ok(Loaded {
                version,
                value: Some(value.to_string()),
            })
        }
    };
    let found = words.get_or_load(&key.to_string(), load).await?;
    found.and_then(|text| text.parse().ok()).ok_or(())
}

async fn read(words: Words, truth: Arc<Truth>, seen: Arc<Seen>, until: Instant, from: u32) {
    let mut key = from;
    while Instant::now() < until {
        key = (key + 7) % KEYS;
        let started = Instant::now();
        let answer = ask(&words, &truth, key).await;
        seen.took(started);
        match answer {
            Ok(answer) => {
                let limit = Duration::from_secs(1);
                let stale = truth.is_stale(key, answer, started.into_std(), limit);
                seen.wrong.fetch_add(u64::from(stale), Ordering::Relaxed);
            }
            Err(()) => drop(seen.errors.fetch_add(1, Ordering::Relaxed)),
        }
        sleep(Duration::from_millis(1)).await;
    }
}

/// Changes words and asks for each at once.
async fn change(words: Words, truth: Arc<Truth>, seen: Arc<Seen>, until: Instant, number: u32) {
    let mut key = number;
    while Instant::now() < until {
        key = (key + 3) % KEYS;
        let place = truth.change(key);
        words.invalidate(&key.to_string(), place).await;
        let started = Instant::now();
        let answer = ask(&words, &truth, key).await;
        seen.took(started);
        let stale = answer.is_ok_and(|answer| answer < place);
        seen.wrong.fetch_add(u64::from(stale), Ordering::Relaxed);
        sleep_until(started + Duration::from_millis(20)).await;
    }
}

fn settings(shape: Shape, urls: &str, run: usize) -> RedisSettings {
    let server = |url: &str| {
        let (host, port) = url.trim_start_matches("redis://").rsplit_once(':')?;
        Some(Server {
            host: host.to_owned(),
            port: port.parse().ok()?,
        })
    };
    let login = |password: &str| Login {
        username: None,
        password: Some(password.into()),
    };
    let seeds = urls.split(',').map(server).collect::<Option<_>>();
    RedisSettings {
        shape,
        seeds: seeds.expect("redis://HOST:PORT"),
        login: login("inviter"),
        sentinel_login: login("sentinel"),
        tls: None,
        timeout: BUDGET,
        prefix: format!("drill-{}-{run:x}", std::process::id()),
        secret: Secret(Arc::from(*b"drill")),
    }
}
