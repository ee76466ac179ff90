//! One connection to a Redis of any shape. It may be away at any time: a call then says so at once, or within its time.

mod breaker;
mod call;
mod epoch;
mod fault;
mod keeper;
mod link;
mod sentinel;
mod settings;
mod visit;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use kernel::Entropy;
use sha2::Sha256;
use tokio::{sync::Notify, time::timeout};

use self::{
    breaker::Breaker,
    link::{Link, Opened, nowhere},
};
pub use self::{
    fault::Fault,
    keeper::Keeper,
    settings::{Login, RedisSettings, Secret, Server, Shape, Tls},
};
pub(crate) use self::{
    keeper::jittered,
    link::{CONNECT, client},
};

/// What is told about the connection.
pub trait RedisObserver: Send + Sync {
    /// A call ended: `ok`, `error`, `late`, or `skipped` where Redis is left alone at the moment.
    fn called(&self, outcome: &'static str, elapsed: Duration);

    /// Redis answers from now on, or no longer does.
    fn answers(&self, answers: bool);
}

/// A Redis. Clones share the connection.
#[derive(Clone)]
pub struct Redis(Arc<Inner>);

struct Inner {
    settings: RedisSettings,
    link: RwLock<Option<Link>>,
    nodes: RwLock<Vec<Server>>,
    breaker: Breaker,
    /// 0 where it is not known.
    epoch: AtomicU64,
    /// Somebody saw what asks for a look at once.
    suspicion: Notify,
    fault: Mutex<Option<Fault>>,
    observer: Option<Arc<dyn RedisObserver>>,
}

/// Redis gave no answer, for whatever reason: do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis gives no answer")]
pub struct Unanswered;

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisState {
    /// It answers.
    Answering,
    /// Nobody has got through to it yet.
    Connecting,
    /// It does not answer, or not as it should.
    Failing(Fault),
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("shape", &self.0.settings.shape.as_str())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl Redis {
    /// A Redis that nobody has spoken to yet: that is for the [`Keeper`], which has to be run.
    pub fn new(
        settings: RedisSettings,
        entropy: Arc<dyn Entropy>,
        observer: Option<Arc<dyn RedisObserver>>,
    ) -> (Self, Keeper) {
        if settings.tls.is_some() {
            // An error says that somebody was here before.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let redis = Self(Arc::new(Inner {
            settings,
            link: RwLock::new(None),
            nodes: RwLock::new(Vec::new()),
            breaker: Breaker::new(),
            epoch: AtomicU64::new(0),
            suspicion: Notify::new(),
            fault: Mutex::new(None),
            observer,
        }));
        (redis.clone(), Keeper::new(redis, entropy))
    }

    /// Looks whether it is there and what the settings say, and changes nothing.
    ///
    /// # Errors
    /// What is wrong, in words for whoever has to mend it.
    pub async fn look(settings: &RedisSettings) -> Result<Server, Fault> {
        if settings.tls.is_some() {
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let mut opened = link::open(settings).await?;
        let beat = epoch::beat(&mut opened.link, &settings.prefix);
        match timeout(link::CONNECT, beat).await {
            Ok(Ok(_)) => Ok(opened.server),
            Ok(Err(error)) => Err(Fault::from_error(&opened.server, &error, link::LOGIN_KEYS)),
            Err(_) => Err(Fault::silent(&opened.server)),
        }
    }

    /// How it is.
    pub fn state(&self) -> RedisState {
        if self.is_answering() {
            return RedisState::Answering;
        }
        match self.fault().clone() {
            Some(fault) => RedisState::Failing(fault),
            None => RedisState::Connecting,
        }
    }

    /// Whether calls are let through at the moment.
    pub fn is_answering(&self) -> bool {
        self.0.breaker.is_closed()
    }

    pub(crate) fn settings(&self) -> &RedisSettings {
        &self.0.settings
    }

    /// Servers that can be asked for news.
    pub(crate) fn nodes(&self) -> Vec<Server> {
        let nodes = self.0.nodes.read();
        nodes.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The epoch of entries that may be believed, if it is known.
    pub(crate) fn epoch(&self) -> Option<u64> {
        match self.0.epoch.load(Ordering::Acquire) {
            0 => None,
            epoch => Some(epoch),
        }
    }

    /// The key for `what` of a kind; nobody who reads it learns what that was.
    pub(crate) fn key(&self, kind: &str, what: &[u8]) -> String {
        let Secret(secret) = &self.0.settings.secret;
        let hash = Hmac::<Sha256>::new_from_slice(secret)
            .expect("HMAC takes keys of any length")
            .chain_update(kind.as_bytes())
            .chain_update([0])
            .chain_update(what)
            .finalize()
            .into_bytes();
        let hash = HEXLOWER.encode(&hash[..16]);
        format!("{}:{kind}:{hash}", self.0.settings.prefix)
    }

    fn fault(&self) -> std::sync::MutexGuard<'_, Option<Fault>> {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the [`Keeper`] tells.
impl Redis {
    fn opened(&self, opened: &Opened, epoch: u64) {
        self.replaced(opened);
        *self.fault() = None;
        self.0.epoch.store(epoch, Ordering::Release);
        self.0.breaker.close();
        tracing::info!(server = %opened.server, shape = self.0.settings.shape.as_str(), "Redis answers");
        if let Some(observer) = &self.0.observer {
            observer.answers(true);
        }
    }

    fn replaced(&self, opened: &Opened) {
        let mut link = self.0.link.write().unwrap_or_else(PoisonError::into_inner);
        *link = Some(opened.link.clone());
        let mut nodes = self.0.nodes.write().unwrap_or_else(PoisonError::into_inner);
        nodes.clone_from(&opened.nodes);
    }

    fn fell(&self, fault: Fault) {
        if self.fault().as_ref() != Some(&fault) {
            tracing::warn!(%fault, "Redis is of no use at present; the work goes on without it");
        }
        *self.fault() = Some(fault);
        if self.0.breaker.open() {
            self.lost("the connection is gone");
        }
    }

    fn lost(&self, why: &'static str) {
        self.fault().get_or_insert_with(|| Fault::Other {
            server: self.nodes().into_iter().next().unwrap_or_else(nowhere),
            what: why.to_owned(),
        });
        self.0.epoch.store(0, Ordering::Release);
        self.0.suspicion.notify_one();
        tracing::warn!(why, "Redis is left alone until it answers again");
        if let Some(observer) = &self.0.observer {
            observer.answers(false);
        }
    }

    fn close_down(&self) {
        self.0.breaker.open();
        let mut link = self.0.link.write().unwrap_or_else(PoisonError::into_inner);
        *link = None;
    }

    async fn suspected(&self) {
        self.0.suspicion.notified().await;
    }

    fn fails_in_part(&self) -> bool {
        self.0.breaker.take_lately()
    }

    /// Takes over an epoch, unless the connection was lost after `before`.
    fn adopt(&self, before: Option<u64>, epoch: u64) {
        let before = before.unwrap_or(0);
        let _ = self
            .0
            .epoch
            .compare_exchange(before, epoch, Ordering::AcqRel, Ordering::Relaxed);
    }
}
