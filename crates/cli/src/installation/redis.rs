//! Redis, from the configuration.

use std::{
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use app::SharedParts;
use cache::{
    Keeper, Listener, Login, Redis, RedisObserver, RedisSettings, RemoteCache, Secret, Server,
    Shape, SharedFanout, Tls,
};
use config::RedisMode;
use kernel::{Entropy, SecretString};
use telemetry::{Histogram, Metrics};
use url::Url;

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// The connection, and what goes over it. Nothing does until the keeper runs.
pub(crate) struct SharedRedis {
    pub(crate) redis: Redis,
    pub(crate) news: SharedFanout,
    waiting: Mutex<Option<(Keeper, Listener)>>,
}

impl SharedRedis {
    /// Of the configuration, if it names one.
    pub(super) fn new(
        config: &config::Redis,
        secret: &Arc<[u8]>,
        entropy: &Arc<dyn Entropy>,
        metrics: &Arc<Metrics>,
    ) -> Result<Option<Box<Self>>> {
        let Some(settings) = settings(config, Arc::clone(secret))? else {
            return Ok(None);
        };
        let observer = Observer::new(settings.shape.as_str(), Arc::clone(metrics));
        let (redis, keeper) = Redis::new(settings, Arc::clone(entropy), Some(Arc::new(observer)));
        let (news, listener) = SharedFanout::new(redis.clone(), Arc::clone(entropy));
        Ok(Some(Box::new(Self {
            redis,
            news,
            waiting: Mutex::new(Some((keeper, listener))),
        })))
    }

    /// What the application keeps there.
    pub(super) fn parts(&self, entropy: &Arc<dyn Entropy>) -> SharedParts {
        let leaders = RemoteCache::new(self.redis.clone(), "leaders", Arc::clone(entropy));
        SharedParts {
            leaders: Arc::new(leaders),
            news: Arc::new(self.news.clone()),
        }
    }

    /// What has to run, the first time.
    pub(crate) fn take(&self) -> Option<(Keeper, Listener)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.take()
    }
}

/// Where it is and how to be let in; none where there is none.
pub(crate) fn settings(config: &config::Redis, secret: Arc<[u8]>) -> Result<Option<RedisSettings>> {
    let (shape, port) = match config.mode {
        RedisMode::None => return Ok(None),
        RedisMode::Single => (Shape::Single, PORT),
        RedisMode::Cluster => (Shape::Cluster, PORT),
        RedisMode::Sentinel => {
            let master = config.master.clone();
            (Shape::Sentinel { master }, SENTINEL_PORT)
        }
    };
    let encrypted = config.urls.iter().any(|url| url.scheme() == "rediss");
    let tls = encrypted.then(|| {
        let ca = config.ca_file.as_ref().map(|path| {
            fs::read(path)
                .with_context(|| format!("{} (redis.ca_file) cannot be read", path.display()))
        });
        Ok::<_, anyhow::Error>(Tls {
            ca: ca.transpose()?,
        })
    });
    Ok(Some(RedisSettings {
        shape,
        seeds: config.urls.iter().map(|url| server(url, port)).collect(),
        login: login(&config.username, config.password.as_ref()),
        sentinel_login: login(&config.sentinel_username, config.sentinel_password.as_ref()),
        tls: tls.transpose()?,
        timeout: config.timeout,
        prefix: config.prefix.clone(),
        secret: Secret(secret),
    }))
}

fn server(url: &Url, port: u16) -> Server {
    let host = url.host_str().unwrap_or_default();
    Server {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(port),
    }
}

fn login(username: &str, password: Option<&SecretString>) -> Login {
    Login {
        username: (!username.is_empty()).then(|| username.to_owned()),
        password: password.cloned(),
    }
}

/// Tells the metrics.
struct Observer {
    mode: &'static str,
    metrics: Arc<Metrics>,
    ok: Histogram,
}

impl Observer {
    fn new(mode: &'static str, metrics: Arc<Metrics>) -> Self {
        metrics.redis_up(mode, false);
        let ok = metrics.redis_calls("ok");
        Self { mode, metrics, ok }
    }
}

impl RedisObserver for Observer {
    fn called(&self, outcome: &'static str, elapsed: Duration) {
        let seconds = elapsed.as_secs_f64();
        if outcome == "ok" {
            self.ok.observe(seconds);
        } else {
            self.metrics.redis_calls(outcome).observe(seconds);
        }
    }

    fn answers(&self, answers: bool) {
        self.metrics.redis_up(self.mode, answers);
    }
}
