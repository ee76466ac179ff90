//! What the database said, kept in this process.

use std::{
    borrow::Borrow,
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

/// A bounded map of what the database said, and of what it said is not there.
///
/// The least used entries make room for new ones; every entry is forgotten `time_to_live` after it was put.
pub struct Memory<K, V> {
    entries: Cache<K, Option<Arc<V>>>,
    /// Counts invalidations, by stripe of keys: a load that saw an older count must not stay.
    epochs: [AtomicU64; 64],
    stripes: RandomState,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// What the cache knows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<V> {
    /// The value.
    Found(Arc<V>),
    /// There is none in the database.
    Absent,
    /// Ask the database.
    Unknown,
}

/// Figures of one cache since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Look-ups answered, with a value or with its absence.
    pub hits: u64,
    /// Look-ups not answered.
    pub misses: u64,
    /// Entries held, roughly.
    pub entries: u64,
}

impl<K, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl<K, V> Memory<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// A cache of at most `capacity` entries, each kept for `time_to_live` at most.
    pub fn new(capacity: u64, time_to_live: Duration) -> Self {
        Self {
            entries: Cache::builder()
                .max_capacity(capacity)
                .time_to_live(time_to_live)
                .build(),
            epochs: [const { AtomicU64::new(0) }; 64],
            stripes: RandomState::new(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// What is known of `key`.
    pub fn get<Q>(&self, key: &Q) -> Lookup<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let entry = self.entries.get(key);
        let counter = if entry.is_some() {
            &self.hits
        } else {
            &self.misses
        };
        counter.fetch_add(1, Ordering::Relaxed);
        match entry {
            Some(Some(value)) => Lookup::Found(value),
            Some(None) => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }

    /// What is known of `key`, or else what `load` brings, which is kept.
    ///
    /// `load` is not polled on a hit. Its error is handed on and nothing is kept. What it brings is returned but not
    /// kept when the key was invalidated meanwhile: it may be older than the write.
    pub async fn get_or_load<Q, E>(
        &self,
        key: &Q,
        load: impl Future<Output = Result<Option<V>, E>>,
    ) -> Result<Option<Arc<V>>, E>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        match self.get(key) {
            Lookup::Found(value) => return Ok(Some(value)),
            Lookup::Absent => return Ok(None),
            Lookup::Unknown => {}
        }
        self.load(key, load).await
    }

    /// What `load` brings, which is kept in place of what is known, as [`get_or_load`](Self::get_or_load) keeps it.
    pub async fn load<Q, E>(
        &self,
        key: &Q,
        load: impl Future<Output = Result<Option<V>, E>>,
    ) -> Result<Option<Arc<V>>, E>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = K> + ?Sized,
    {
        let epoch = self.epoch(key);
        let before = epoch.load(Ordering::SeqCst);
        let value = load.await?.map(Arc::new);
        self.entries.insert(key.to_owned(), value.clone());
        // Looked at after the insert: an invalidation is then either seen here or removes the entry itself.
        if epoch.load(Ordering::SeqCst) != before {
            self.entries.invalidate(key);
        }
        Ok(value)
    }

    /// The value kept of `key`, if any, without counting the look-up.
    pub(crate) fn peek(&self, key: &K) -> Option<Arc<V>> {
        self.entries.get(key).flatten()
    }

    /// Keeps `value`; `None` keeps that there is none.
    pub fn put(&self, key: K, value: Option<V>) {
        self.entries.insert(key, value.map(Arc::new));
    }

    /// Forgets `key`. Call it after the commit that changed it.
    pub fn invalidate<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.epoch(key).fetch_add(1, Ordering::SeqCst);
        self.entries.invalidate(key);
    }

    /// Forgets everything. Call it after a commit that changed what many entries say.
    pub fn clear(&self) {
        for epoch in &self.epochs {
            epoch.fetch_add(1, Ordering::SeqCst);
        }
        self.entries.invalidate_all();
    }

    /// The figures.
    pub fn stats(&self) -> Stats {
        Stats {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: self.entries.entry_count(),
        }
    }

    fn epoch<Q: Hash + ?Sized>(&self, key: &Q) -> &AtomicU64 {
        let stripe = self.stripes.hash_one(key) % self.epochs.len() as u64;
        &self.epochs[usize::try_from(stripe).unwrap_or_default()]
    }
}
