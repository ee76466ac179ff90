//! Two levels before a slow answer: this process's memory, and bytes that all processes keep together.

mod flight;
mod marks;

use std::{
    fmt,
    hash::Hash,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use self::{flight::Flights, marks::Marks};
use crate::{Fanout, Heard, Kept, Lookup, Memory, SharedCache, Stats};

/// What can be kept as bytes.
pub trait Packed: Sized {
    /// As bytes.
    fn pack(&self) -> Vec<u8>;

    /// From bytes; `None` where another version of the program wrote them in another way.
    fn unpack(bytes: &[u8]) -> Option<Self>;
}

impl Packed for String {
    fn pack(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn unpack(bytes: &[u8]) -> Option<Self> {
        str::from_utf8(bytes).ok().map(str::to_owned)
    }
}

/// What the slow answer brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded<V> {
    /// A place in the event log that was read before the value: all up to there is in it. Where nothing ever outdates
    /// entries, any number that grows.
    pub version: u64,
    /// The value; `None`: there is none, which is kept as well.
    pub value: Option<V>,
}

/// How long and how much is kept.
#[derive(Debug, Clone, Copy)]
pub struct TieredOptions {
    /// What it is called; the topic of its news.
    pub name: &'static str,
    /// Entries in memory.
    pub capacity: u64,
    /// How long an entry in memory is given out without a look. After that one caller renews it while the others are
    /// still given the old one.
    pub fresh: Duration,
    /// How long an entry in memory is given out at all.
    pub near: Duration,
    /// How long an entry is kept for all processes.
    pub far: Duration,
}

/// Figures since start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TieredStats {
    /// Of the memory.
    pub near: Stats,
    /// Found among what all processes keep.
    pub far_hits: u64,
    /// Not found there.
    pub far_misses: u64,
}

/// Answers kept at two levels. Of all callers at the same moment one asks; a load that an invalidation overtook is handed
/// to nobody who came after it, and not kept. Clones share everything.
pub struct Tiered<K, V, E>(Arc<Inner<K, V, E>>);

struct Inner<K, V, E> {
    near: Memory<K, Held<V>>,
    far: Option<Arc<dyn SharedCache>>,
    fanout: Arc<dyn Fanout>,
    flights: Flights<K, Held<V>, E>,
    marks: Marks<K>,
    options: TieredOptions,
    far_hits: AtomicU64,
    far_misses: AtomicU64,
}

struct Held<V> {
    value: Option<Arc<V>>,
    version: u64,
    since: Instant,
}

impl<K, V, E> Clone for Tiered<K, V, E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V, E> fmt::Debug for Tiered<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiered")
            .field("name", &self.0.options.name)
            .finish_non_exhaustive()
    }
}

impl<K, V, E> Tiered<K, V, E>
where
    K: Packed + Hash + Eq + Clone + Send + Sync + 'static,
    V: Packed + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// Levels that know nothing yet. Without `far` there is the memory alone.
    pub fn new(
        options: TieredOptions,
        far: Option<Arc<dyn SharedCache>>,
        fanout: Arc<dyn Fanout>,
    ) -> Self {
        Self(Arc::new(Inner {
            near: Memory::new(options.capacity, options.near),
            far,
            fanout,
            flights: Flights::default(),
            marks: Marks::new(options.capacity, options.far * 2),
            options,
            far_hits: AtomicU64::new(0),
            far_misses: AtomicU64::new(0),
        }))
    }

    /// What is known of `key`, or else what `load` brings, which is kept at both levels.
    ///
    /// # Errors
    /// Of `load`; nothing is kept then. An entry that is merely not fresh any more is given out instead.
    pub async fn get_or_load<L>(
        &self,
        key: &K,
        load: impl FnOnce() -> L,
    ) -> Result<Option<Arc<V>>, E>
    where
        L: Future<Output = Result<Loaded<V>, E>> + Send + 'static,
    {
        let old = match self.0.near.get(key) {
            Lookup::Found(held) if held.since.elapsed() < self.0.options.fresh => {
                return Ok(held.value.clone());
            }
            Lookup::Found(held) if self.0.flights.is_under_way(key) => {
                return Ok(held.value.clone());
            }
            Lookup::Found(held) => Some(held),
            Lookup::Absent | Lookup::Unknown => None,
        };
        let begin = || self.clone().fetch(key.clone(), load());
        match (self.0.flights.join(key, begin).await, old) {
            (Ok(held), _) => Ok(held.value.clone()),
            (Err(_), Some(old)) => Ok(old.value.clone()),
            (Err(error), None) => Err(error),
        }
    }

    /// Forgets what is older than `version` here, and tells the others at once. Call it after the commit that changed it.
    pub async fn invalidate(&self, key: &K, version: u64) {
        self.forget(key, version);
        if let Some(far) = &self.0.far {
            // Longer than any entry that a slow load may still bring.
            let stay = self.0.options.far * 2;
            far.outdate(&key.pack(), version, stay).await;
            // Meanwhile somebody may have found the old one there.
            self.forget(key, version);
        }
        let mut message = version.to_be_bytes().to_vec();
        message.extend(key.pack());
        self.0.fanout.publish(self.0.options.name, &message).await;
    }

    /// Forgets what other processes say has changed, until `stop` is done.
    pub async fn listen(self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        let mut news = self.0.fanout.subscribe(self.0.options.name);
        loop {
            let heard = tokio::select! {
                () = &mut stop => return,
                heard = news.next() => heard,
            };
            let told = match &heard {
                Heard::Message(message) => {
                    message.split_first_chunk::<8>().and_then(|(version, key)| {
                        Some((u64::from_be_bytes(*version), K::unpack(key)?))
                    })
                }
                Heard::Gap => None,
            };
            match told {
                Some((version, key)) => self.forget(&key, version),
                None => self.clear(),
            }
        }
    }

    /// Forgets everything in this process.
    pub fn clear(&self) {
        self.0.near.clear();
        self.0.flights.part();
    }

    /// The figures.
    pub fn stats(&self) -> TieredStats {
        TieredStats {
            near: self.0.near.stats(),
            far_hits: self.0.far_hits.load(Ordering::Relaxed),
            far_misses: self.0.far_misses.load(Ordering::Relaxed),
        }
    }

    /// Forgets in this process what is older than `version`, and takes nothing older from elsewhere. Call it for every
    /// change that the event log tells of, whoever made it: what is right depends on that alone, not on Redis.
    pub fn forget(&self, key: &K, version: u64) {
        self.0.marks.set(key, version);
        if let Some(held) = self.0.near.peek(key)
            && held.version >= version
        {
            return;
        }
        self.0.near.invalidate(key);
        // Whoever comes from now on waits for a load that begins from now on.
        self.0.flights.part_from(key);
    }

    /// The second level, or else the slow answer.
    async fn fetch(
        self,
        key: K,
        load: impl Future<Output = Result<Loaded<V>, E>>,
    ) -> Result<Arc<Held<V>>, E> {
        let found = self.0.near.load(&key, async {
            if let Some(held) = self.look_far(&key).await {
                return Ok(Some(held));
            }
            let loaded = load.await?;
            let held = Held {
                value: loaded.value.map(Arc::new),
                version: loaded.version,
                since: Instant::now(),
            };
            self.keep_far(&key, &held).await;
            Ok(Some(held))
        });
        Ok(found.await?.expect("what is loaded is held"))
    }

    async fn look_far(&self, key: &K) -> Option<Held<V>> {
        let kept = self.0.far.as_ref()?.get(&key.pack()).await;
        let kept = kept.filter(|kept| !self.0.marks.refuse(key, kept.version));
        let held = kept.and_then(|kept| {
            let value = match kept.value {
                Some(bytes) => Some(Arc::new(V::unpack(&bytes)?)),
                None => None,
            };
            Some(Held {
                value,
                version: kept.version,
                since: Instant::now(),
            })
        });
        let counter = if held.is_some() {
            &self.0.far_hits
        } else {
            &self.0.far_misses
        };
        counter.fetch_add(1, Ordering::Relaxed);
        held
    }

    async fn keep_far(&self, key: &K, held: &Held<V>) {
        if let Some(far) = &self.0.far
            && !self.0.marks.refuse(key, held.version)
        {
            let kept = Kept {
                version: held.version,
                value: held.value.as_ref().map(|value| value.pack()),
            };
            far.put(&key.pack(), &kept, self.0.options.far).await;
        }
    }
}
