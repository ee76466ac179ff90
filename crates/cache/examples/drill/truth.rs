//! What the database would say, and its log.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Words that change, and when each change was made.
#[derive(Default)]
pub(crate) struct Truth(Mutex<Vec<Change>>);

#[derive(Clone)]
struct Change {
    key: u32,
    at: Instant,
}

impl Truth {
    /// Changes a word; gives the place of the change in the log.
    pub(crate) fn change(&self, key: u32) -> u64 {
        let mut log = self.log();
        let at = Instant::now();
        log.push(Change { key, at });
        log.len() as u64
    }

    /// The place in the log that the word is of, and the place up to which that holds.
    pub(crate) fn read(&self, key: u32) -> (u64, u64) {
        let log = self.log();
        let last = log.iter().rposition(|change| change.key == key);
        (last.map_or(0, |place| place as u64 + 1), log.len() as u64)
    }

    /// The changes after a place: their places and words.
    pub(crate) fn after(&self, place: u64) -> Vec<(u64, u32)> {
        let log = self.log();
        let changes = (1..).zip(log.iter());
        changes
            .filter(|(at, _)| *at > place)
            .map(|(at, change)| (at, change.key))
            .collect()
    }

    /// Whether `answer` for a word was out of date for longer than `limit` when it was asked for.
    pub(crate) fn is_stale(&self, key: u32, answer: u64, asked: Instant, limit: Duration) -> bool {
        let log = self.log();
        (1..)
            .zip(log.iter())
            .any(|(place, change)| change.key == key && place > answer && change.at + limit < asked)
    }

    fn log(&self) -> MutexGuard<'_, Vec<Change>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
