//! Single flight: who asks while the same is being asked waits for that answer.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};

type Outcome<V, E> = Result<Arc<V>, E>;
type Flight<V, E> = BoxFuture<'static, Outcome<V, E>>;

/// More at a time are looked through for those that nobody waits for.
const MANY: usize = 1024;

/// The questions under way. One that all who waited for it have given up is forgotten.
pub(super) struct Flights<K, V, E>(Mutex<UnderWay<K, V, E>>);

struct UnderWay<K, V, E> {
    next: u64,
    by_key: HashMap<K, (u64, WeakShared<Flight<V, E>>)>,
}

impl<K, V, E> Default for Flights<K, V, E> {
    fn default() -> Self {
        Self(Mutex::new(UnderWay {
            next: 0,
            by_key: HashMap::new(),
        }))
    }
}

impl<K, V, E> Flights<K, V, E>
where
    K: Hash + Eq + Clone,
    V: Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    pub(super) fn is_under_way(&self, key: &K) -> bool {
        let under_way = self.under_way();
        let flight = under_way.by_key.get(key);
        flight.is_some_and(|(_, flight)| flight.upgrade().is_some())
    }

    /// The answer to the question under way, or to the one that `begin` begins.
    pub(super) async fn join<F>(&self, key: &K, begin: impl FnOnce() -> F) -> Outcome<V, E>
    where
        F: Future<Output = Outcome<V, E>> + Send + 'static,
    {
        let (number, flight) = self.board(key, begin);
        let outcome = flight.await;
        let mut under_way = self.under_way();
        if under_way
            .by_key
            .get(key)
            .is_some_and(|(known, _)| *known == number)
        {
            under_way.by_key.remove(key);
        }
        outcome
    }

    fn board<F>(&self, key: &K, begin: impl FnOnce() -> F) -> (u64, Shared<Flight<V, E>>)
    where
        F: Future<Output = Outcome<V, E>> + Send + 'static,
    {
        let mut under_way = self.under_way();
        if let Some((number, flight)) = under_way.by_key.get(key)
            && let Some(flight) = flight.upgrade()
        {
            return (*number, flight);
        }
        // Those that everybody gave up leave their names behind.
        if under_way.by_key.len() >= MANY {
            let waited_for = |flight: &WeakShared<_>| flight.upgrade().is_some();
            under_way.by_key.retain(|_, (_, flight)| waited_for(flight));
        }
        under_way.next += 1;
        let number = under_way.next;
        let flight = begin().boxed().shared();
        if let Some(weak) = flight.downgrade() {
            under_way.by_key.insert(key.clone(), (number, weak));
        }
        (number, flight)
    }

    /// Nobody joins what is under way for `key` any more.
    pub(super) fn part_from(&self, key: &K) {
        self.under_way().by_key.remove(key);
    }

    /// Nobody joins anything that is under way any more.
    pub(super) fn part(&self) {
        self.under_way().by_key.clear();
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay<K, V, E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
