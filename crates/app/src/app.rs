//! What every use case needs, put together by the composition root.

use std::{sync::Arc, time::Duration};

use cache::{Fanout, SharedCache};
use domain::{
    people::{ApiKey, Operator, Session},
    projects::{Mode, Project},
};
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Actor, Clock, Ctx, Entropy, KeyId, OperatorId, ProjectId, Timestamp};
use sha2::Sha256;
use store::{Batcher, Journal, Store};
use telemetry::{HttpClient, Metrics};
use url::Url;

use crate::{
    accounts::Guard,
    clicks::CodeOnLink,
    events::Ingest,
    figures::{self, Clicks},
    live::Live,
    stats::{self, Boards},
};

/// The most events that one set holds.
const SET: usize = 256;
/// The same where two sets can be worked on at the same time: what one of them takes, the other cannot.
const SHARED_SET: usize = 96;

/// What the composition root decides.
#[derive(Clone)]
pub struct Settings {
    /// Where people reach this installation, without a trailing slash.
    pub public_url: Url,
    /// The installation's secret: signs click tokens, keys the hashes of addresses and devices.
    pub secret: Arc<[u8]>,
    /// Keep no hashes of addresses, agents and devices.
    pub privacy: bool,
    /// Tries of a webhook message before it is given up.
    pub webhook_attempts: u32,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("public_url", &self.public_url.as_str())
            .finish_non_exhaustive()
    }
}

/// The parts that an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Where clicks become durable; only in the process that serves links.
    pub journal: Option<Arc<Journal>>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// Where e-mail goes.
    pub mail: Arc<dyn notify::Channel>,
    /// What webhooks go out through.
    pub http: HttpClient,
    /// What several processes keep together, where there is something like that.
    pub shared: Option<SharedParts>,
    /// Where figures go.
    pub metrics: Arc<Metrics>,
    /// What the composition root decides.
    pub settings: Settings,
}

/// What the processes of an installation share beside the database.
pub struct SharedParts {
    /// Leaderboards, as bytes.
    pub leaders: Arc<dyn SharedCache>,
    /// News between the processes.
    pub news: Arc<dyn Fanout>,
}

/// Everything behind the use cases. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    ingest: Batcher<Ingest>,
    clicks: Clicks,
    caches: Caches,
    guard: Guard,
    live: Live,
}

/// What this process remembers of the database. Kept right by commits here and by the event log for commits elsewhere.
pub(crate) struct Caches {
    pub(crate) key_by_hash: cache::Memory<[u8; 32], ApiKey>,
    pub(crate) keys: cache::Memory<KeyId, ApiKey>,
    pub(crate) operator_by_hash: cache::Memory<[u8; 32], Operator>,
    pub(crate) operators: cache::Memory<OperatorId, Operator>,
    pub(crate) sessions: cache::Memory<[u8; 32], Session>,
    pub(crate) projects: cache::Memory<ProjectId, Project>,
    pub(crate) project_ids: cache::Memory<(String, Mode), ProjectId>,
    pub(crate) links: cache::Memory<String, CodeOnLink>,
    pub(crate) leaders: Boards,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let ingest = Ingest {
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            secret: Arc::clone(&parts.settings.secret),
        };
        let set = if parts.store.has_relief() {
            SHARED_SET
        } else {
            SET
        };
        let ingest = Batcher::new(&parts.store, ingest, set);
        let short = Duration::from_secs(30);
        let caches = Caches {
            key_by_hash: cache::Memory::new(10_000, short),
            keys: cache::Memory::new(10_000, short),
            operator_by_hash: cache::Memory::new(1_000, short),
            operators: cache::Memory::new(1_000, short),
            sessions: cache::Memory::new(50_000, short),
            projects: cache::Memory::new(10_000, short),
            project_ids: cache::Memory::new(10_000, short),
            links: cache::Memory::new(200_000, Duration::from_mins(1)),
            leaders: stats::boards(parts.shared.as_ref()),
        };
        let clicks = figures::from_zero(&parts.metrics);
        Self(Arc::new(Inner {
            parts,
            ingest,
            clicks,
            caches,
            guard: Guard::default(),
            live: Live::new(),
        }))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The figures.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.0.parts.metrics
    }

    /// What the composition root decided.
    pub fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// The circumstances of a use case that begins now.
    pub fn ctx(&self, actor: Actor, request_id: impl Into<String>) -> Ctx {
        Ctx {
            actor,
            clock: Arc::clone(&self.0.parts.clock),
            entropy: Arc::clone(&self.0.parts.entropy),
            request_id: request_id.into(),
            idempotency: None,
        }
    }

    /// Hits and misses of each cache since start, by name.
    pub fn cache_stats(&self) -> Vec<(&'static str, cache::Stats)> {
        let caches = self.caches();
        vec![
            ("keys", caches.key_by_hash.stats()),
            ("operators", caches.operator_by_hash.stats()),
            ("sessions", caches.sessions.stats()),
            ("projects", caches.projects.stats()),
            ("links", caches.links.stats()),
            ("leaders", caches.leaders.stats().near),
        ]
    }

    /// Hits and misses of what all processes keep together, since start.
    pub fn shared_cache_stats(&self) -> (u64, u64) {
        let stats = self.caches().leaders.stats();
        (stats.far_hits, stats.far_misses)
    }

    pub(crate) fn ingest(&self) -> &Batcher<Ingest> {
        &self.0.ingest
    }

    pub(crate) fn clicks(&self) -> &Clicks {
        &self.0.clicks
    }

    pub(crate) fn caches(&self) -> &Caches {
        &self.0.caches
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.0.guard
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    pub(crate) fn journal(&self) -> &Journal {
        self.0
            .parts
            .journal
            .as_deref()
            .expect("links are served, and clicks drained, with a journal only")
    }

    pub(crate) fn mail(&self) -> &dyn notify::Channel {
        self.0.parts.mail.as_ref()
    }

    pub(crate) fn http(&self) -> &HttpClient {
        &self.0.parts.http
    }

    /// The keyed hash under which an address, agent or device is remembered; none in privacy mode.
    pub(crate) fn person_hash(&self, what: &str, value: &str) -> Option<[u8; 16]> {
        if self.settings().privacy {
            return None;
        }
        let mut hash = [0; 16];
        hash.copy_from_slice(&self.keyed(what, value)[..16]);
        Some(hash)
    }

    /// A hash that only this installation can make.
    pub(crate) fn keyed(&self, what: &str, value: &str) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(&self.settings().secret)
            .expect("HMAC takes keys of any length")
            .chain_update(what.as_bytes())
            .chain_update([0])
            .chain_update(value.as_bytes())
            .finalize()
            .into_bytes()
            .into()
    }
}
