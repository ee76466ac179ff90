//! The records that wait for the writer.

use std::{
    collections::VecDeque,
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    JournalError,
    answers::{Answer, refuse},
};

/// A record that waits for the disk, and whom to tell.
pub(super) struct Waiting {
    pub(super) payload: Vec<u8>,
    pub(super) answer: Answer,
}

/// Many callers put in, one writer takes out.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// How many records the sleeping writer is to be woken for; 0 while it is awake, for then it looks by itself.
    wake_at: usize,
    /// Why nothing more is taken.
    closed: Option<JournalError>,
}

impl Queue {
    /// Puts a record in, unless `most` are there already.
    pub(super) fn push(&self, record: Waiting, most: usize) -> Result<(), JournalError> {
        let mut state = self.state();
        if let Some(error) = &state.closed {
            return Err(error.clone());
        }
        if state.waiting.len() >= most {
            return Err(JournalError::Overloaded);
        }
        state.waiting.push_back(record);
        if state.wake_at != 0 && state.waiting.len() >= state.wake_at {
            state.wake_at = 0;
            drop(state);
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Takes no more records; the writer ends when it has written those that wait.
    pub(super) fn close(&self) {
        self.state().closed.get_or_insert(JournalError::Closed);
        self.changed.notify_one();
    }

    /// Takes no more records and refuses those that wait, with `error` unless the queue was closed for another reason.
    pub(super) fn abandon(&self, error: JournalError) {
        let mut state = self.state();
        let error = state.closed.get_or_insert(error).clone();
        refuse(state.waiting.drain(..).map(|record| record.answer), &error);
    }

    /// Swaps what waits into `batch`, which is empty; false: nothing waits, and nothing more will come.
    pub(super) fn take(&self, batch: &mut VecDeque<Waiting>) -> bool {
        let mut state = self.state();
        mem::swap(&mut state.waiting, batch);
        state.closed.is_none() || !batch.is_empty()
    }

    /// Sleeps until `records` wait or the queue is closed, or for `most`; false: there is nothing to do.
    pub(super) fn sleep(&self, records: usize, most: Option<Duration>) -> bool {
        let mut state = self.state();
        if state.waiting.len() < records && state.closed.is_none() {
            state.wake_at = records;
            state = match most {
                Some(most) => {
                    let woken = self.changed.wait_timeout(state, most);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
            state.wake_at = 0;
        }
        !state.waiting.is_empty() || state.closed.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
