//! The records that wait for the writer.

use std::{
    collections::VecDeque,
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::JournalError;

/// Whom to tell that a record is durable up to a position, or why it is not.
pub(super) type Answer = oneshot::Sender<Result<u64, JournalError>>;

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
    /// The writer sleeps and has to be woken; while it is awake it looks again by itself.
    asleep: bool,
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
        let wake = mem::take(&mut state.asleep);
        drop(state);
        if wake {
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

    /// Swaps what waits into `batch`, which is empty. Sleeps until there is something; false: there never will be.
    pub(super) fn take(&self, batch: &mut VecDeque<Waiting>) -> bool {
        let mut state = self.state();
        while state.waiting.is_empty() {
            if state.closed.is_some() {
                return false;
            }
            state.asleep = true;
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.asleep = false;
        mem::swap(&mut state.waiting, batch);
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells all that their records are not durable.
pub(super) fn refuse(answers: impl Iterator<Item = Answer>, error: &JournalError) {
    for answer in answers {
        drop(answer.send(Err(error.clone())));
    }
}
