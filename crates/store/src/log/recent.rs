//! The newest rows of the log, as this process wrote them.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::log::Entry;

/// How many facts are remembered, about a megabyte: what a busy process writes while its followers rest.
const MOST: usize = 4096;

/// What was committed here a moment ago is handed to this process's own followers instead of being read back and parsed by each.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Rows>);

#[derive(Default)]
struct Rows {
    /// In the order of their places, with gaps where other processes wrote.
    rows: VecDeque<Entry>,
    facts: usize,
}

impl Recent {
    /// Remembers the rows of a commit.
    pub(crate) fn add(&self, rows: Vec<Entry>) {
        let mut kept = self.rows();
        let last = kept.rows.back().map(|row| row.seq);
        if rows.first().is_some_and(|row| Some(row.seq) <= last) {
            // The log goes on from an earlier place: what stood behind it is gone.
            *kept = Rows::default();
        }
        for row in rows {
            kept.facts += row.facts.len();
            kept.rows.push_back(row);
        }
        while kept.facts > MOST {
            let oldest = kept.rows.pop_front();
            kept.facts -= oldest.map_or(kept.facts, |row| row.facts.len());
        }
    }

    /// The rows that follow `seq` without a gap, at most `limit`; none where that has to be read.
    pub(super) fn after(&self, seq: i64, limit: u64) -> Option<Vec<Entry>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let kept = self.rows();
        let first = kept.rows.partition_point(|row| row.seq <= seq);
        let following: Vec<Entry> = kept
            .rows
            .range(first..)
            .zip(seq + 1..)
            .take_while(|(row, place)| row.seq == *place)
            .take(limit)
            .map(|(row, _)| row.clone())
            .collect();
        (!following.is_empty()).then_some(following)
    }

    /// Forgets all of them: the database does not have them any more.
    pub(super) fn clear(&self) {
        *self.rows() = Rows::default();
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
