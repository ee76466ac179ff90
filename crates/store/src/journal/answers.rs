//! Telling the callers that their records are durable, or why not.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

use super::JournalError;

/// Whom to tell about a record.
pub(super) type Answer = oneshot::Sender<Told>;

/// What one caller is told, and the answers of those whose records were synced with its own.
///
/// Waking a task from outside its runtime costs a system call, from inside next to nothing. So the writer wakes one
/// caller of a group, which wakes the others by dropping this.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) outcome: Result<u64, JournalError>,
    _others: Option<Others>,
}

/// Answers that are due. Whoever lets go of them first gives them: the caller they were sent with, or, if that one
/// is not run, the writer.
#[derive(Debug, Clone)]
pub(super) struct Others(Arc<Mutex<Vec<(Answer, u64)>>>);

impl Drop for Others {
    fn drop(&mut self) {
        let due = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (answer, position) in due {
            tell(answer, Ok(position), None);
        }
    }
}

/// Tells all that their records are durable up to the position beside them, by way of one of them. Keep what this
/// gives, for a while, in case that one is not run.
pub(super) fn confirm(mut written: Vec<(Answer, u64)>) -> Option<Others> {
    let (answer, position) = written.pop()?;
    let others = (!written.is_empty()).then(|| Others(Arc::new(Mutex::new(written))));
    tell(answer, Ok(position), others.clone());
    others
}

/// Tells all that their records are not durable.
pub(super) fn refuse(answers: impl Iterator<Item = Answer>, error: &JournalError) {
    for answer in answers {
        tell(answer, Err(error.clone()), None);
    }
}

fn tell(answer: Answer, outcome: Result<u64, JournalError>, others: Option<Others>) {
    // Who has gone away has no use for the answer; the others' are given by dropping it.
    drop(answer.send(Told {
        outcome,
        _others: others,
    }));
}
