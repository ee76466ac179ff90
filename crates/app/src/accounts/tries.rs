//! How often something was tried for one account.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cache::{Lookup, Memory};
use kernel::Timestamp;

use crate::access::secret_hash;

/// Tries are counted for so long from the first one on.
const WINDOW: Duration = Duration::from_mins(15);
/// Accounts that are counted at the same time.
const ACCOUNTS: u64 = 50_000;

/// Counts tries by account, whether there is such an account or not.
pub(super) struct Tries {
    counts: Memory<[u8; 32], (Timestamp, u32)>,
    most: u32,
    /// Counts are read and written back as one step: tries at the same moment are all counted.
    counting: Mutex<()>,
}

impl Tries {
    /// At most so many in a quarter of an hour.
    pub(super) fn new(most: u32) -> Self {
        Self {
            counts: Memory::new(ACCOUNTS, WINDOW),
            most,
            counting: Mutex::new(()),
        }
    }

    /// Counts a try, before it is known how it ends. False where there were too many.
    pub(super) fn admit(&self, account: &str, now: Timestamp) -> bool {
        let key = secret_hash(account);
        let _counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, tries) = match self.counts.get(&key) {
            Lookup::Found(count) if now < count.0 + WINDOW => *count,
            _ => (now, 0),
        };
        if tries >= self.most {
            return false;
        }
        self.counts.put(key, Some((since, tries + 1)));
        true
    }

    /// Forgets the tries for an account: whoever it belongs to has come in.
    pub(super) fn forget(&self, account: &str) {
        let _counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        self.counts.invalidate(&secret_hash(account));
    }
}
