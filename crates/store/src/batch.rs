//! Set-based writes: items that wait at the same moment are handled by one call of one function.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use futures::future::BoxFuture;
use tokio::{sync::oneshot, time::Instant};

use crate::{
    error::{StoreError, StoreResult},
    store::{Store, stopped},
    transact::{Attempt, WriteTx},
    writer::{Ran, Waiting, Work},
};

/// A write that handles many items with few statements.
#[async_trait]
pub trait Batch: Send + Sync + 'static {
    /// What one caller brings.
    type Item: Send + Sync + 'static;
    /// What one caller gets.
    type Outcome: Send + 'static;
    /// Why one caller gets nothing.
    type Error: Attempt;

    /// Handles all of `items` or none: an error undoes the whole transaction, in whose next run the items are handled one by
    /// one. Gives one outcome per item, in order; an item that is refused is an `Err` in its place and wrote nothing.
    async fn handle(
        &self,
        tx: &WriteTx,
        items: &[Self::Item],
    ) -> Result<Vec<Result<Self::Outcome, Self::Error>>, Self::Error>;
}

type Outcome<B> = Result<<B as Batch>::Outcome, <B as Batch>::Error>;
type Answer<B> = oneshot::Sender<Outcome<B>>;

/// The queues in front of one [`Batch`].
pub struct Batcher<B: Batch> {
    /// One for each lane that can work on sets at the same time.
    queues: Vec<(Store, Arc<Shared<B>>)>,
}

struct Shared<B: Batch> {
    batch: Arc<B>,
    max: usize,
    queue: Mutex<VecDeque<(B::Item, Answer<B>)>>,
}

impl<B: Batch> std::fmt::Debug for Batcher<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}

impl<B: Batch> Clone for Batcher<B> {
    fn clone(&self) -> Self {
        Self {
            queues: self.queues.clone(),
        }
    }
}

impl<B: Batch> Batcher<B> {
    /// Queues in front of `batch`; one call handles at most `max` items. When so many wait, whoever comes next waits for another lane,
    /// where `store` has one.
    pub fn new(store: &Store, batch: B, max: usize) -> Self {
        let batch = Arc::new(batch);
        let queue = |lane| {
            let (batch, queue) = (Arc::clone(&batch), Mutex::default());
            (lane, Arc::new(Shared { batch, max, queue }))
        };
        Self {
            queues: store.lanes().into_iter().map(queue).collect(),
        }
    }

    /// Hands in one item and waits until its effect is durable.
    ///
    /// # Errors
    /// The item's own error, or a [`StoreError`].
    pub async fn submit(&self, item: B::Item) -> Result<B::Outcome, B::Error> {
        let mut answers = self.submit_all(vec![item]).await?;
        answers.pop().unwrap_or_else(|| Err(stopped().into()))
    }

    /// Hands in many items and waits until their effects are durable. They are handled in their order, and so are the outcomes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the writer has stopped.
    pub async fn submit_all(
        &self,
        items: Vec<B::Item>,
    ) -> Result<Vec<Result<B::Outcome, B::Error>>, StoreError> {
        // All in one lane: in two, the last could be handled before the first.
        let fewest = |(_, shared): &&(Store, Arc<Shared<B>>)| shared.sets();
        let Some((store, shared)) = self.queues.iter().min_by_key(fewest) else {
            return Err(stopped());
        };
        // Room for the most drains there can be is taken first: a caller that goes away in the middle must not leave
        // items behind that nobody drains.
        let mut room = store.room(items.len().div_ceil(shared.max)).await?;
        let (wake, answers) = shared.enqueue(items);
        for permit in room.by_ref().take(wake) {
            let work = Box::new(Drain {
                shared: Arc::clone(shared),
                taken: None,
                tries: 0,
            });
            permit.send(Waiting {
                work,
                since: Instant::now(),
            });
        }
        drop(room);
        let mut outcomes = Vec::with_capacity(answers.len());
        for answer in answers {
            outcomes.push(answer.await.unwrap_or_else(|_| Err(stopped().into())));
        }
        Ok(outcomes)
    }
}

impl<B: Batch> Shared<B> {
    /// How many full sets wait.
    fn sets(&self) -> usize {
        self.queue().len() / self.max
    }

    /// Puts the items into the queue; tells how many drains the writer has to be sent for them.
    fn enqueue(&self, items: Vec<B::Item>) -> (usize, Vec<oneshot::Receiver<Outcome<B>>>) {
        let mut queue = self.queue();
        let before = queue.len().div_ceil(self.max);
        let answers = items
            .into_iter()
            .map(|item| {
                let (sender, receiver) = oneshot::channel();
                queue.push_back((item, sender));
                receiver
            })
            .collect();
        (queue.len().div_ceil(self.max) - before, answers)
    }

    fn take(&self) -> Taken<B> {
        let mut queue = self.queue();
        let count = queue.len().min(self.max);
        let (items, answers) = queue.drain(..count).unzip();
        Taken {
            items,
            answers,
            outcomes: Vec::new(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<(B::Item, Answer<B>)>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes what waits and handles it. The set has no savepoint: before a page is changed SQLite would copy it, in every set, for
/// one that fails as a whole once in a great while. Then the whole group is run again.
struct Drain<B: Batch> {
    shared: Arc<Shared<B>>,
    taken: Option<Taken<B>>,
    tries: u32,
}

/// How often the items are tried together.
const TRIES_TOGETHER: u32 = 3;

struct Taken<B: Batch> {
    items: Vec<B::Item>,
    answers: Vec<Answer<B>>,
    outcomes: Vec<Outcome<B>>,
}

impl<B: Batch> Work for Drain<B> {
    fn run<'a>(&'a mut self, tx: &'a WriteTx) -> BoxFuture<'a, StoreResult<Ran>> {
        Box::pin(async move {
            let batch = self.shared.batch.as_ref();
            let taken = self.taken.get_or_insert_with(|| self.shared.take());
            self.tries += 1;
            let together = if self.tries > TRIES_TOGETHER {
                None
            } else {
                match batch.handle(tx, &taken.items).await {
                    Ok(outcomes) => Some(outcomes),
                    Err(error) => {
                        if error.retryable().is_none() {
                            let items = taken.items.len();
                            tracing::warn!(%error, items, "a set failed as a whole and is handled one by one");
                            self.tries = TRIES_TOGETHER;
                        }
                        return Ok(Ran::Again);
                    }
                }
            };
            let outcomes = match together {
                Some(outcomes) => Some(outcomes),
                None => one_by_one(batch, tx, &taken.items).await?,
            };
            let Some(outcomes) = outcomes else {
                return Ok(Ran::Again);
            };
            taken.outcomes = outcomes;
            Ok(Ran::Done)
        })
    }

    fn is_set(&self) -> bool {
        true
    }

    fn finish(self: Box<Self>, group: Result<(), StoreError>) {
        // A drain that is given up before its first try still owes an answer to those it was sent for.
        let taken = self.taken.unwrap_or_else(|| self.shared.take());
        let mut outcomes = taken.outcomes.into_iter();
        for answer in taken.answers {
            let outcome = match (&group, outcomes.next()) {
                (Ok(()), Some(outcome)) => outcome,
                (Err(error), _) => Err(StoreError::Unavailable(error.to_string()).into()),
                (Ok(()), None) => Err(stopped().into()),
            };
            // The caller may have gone away; what was committed stays.
            drop(answer.send(outcome));
        }
    }
}

/// The fallback when the set fails as a whole, or keeps being overtaken by another process: each item in a savepoint of its own keeps its own outcome.
/// `None` where the database wants the whole transaction run again.
async fn one_by_one<B: Batch>(
    batch: &B,
    tx: &WriteTx,
    items: &[B::Item],
) -> StoreResult<Option<Vec<Outcome<B>>>> {
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items {
        let alone = batch.handle(tx, std::slice::from_ref(item));
        match tx.savepoint(alone).await? {
            Ok(mut one) => outcomes.push(one.pop().unwrap_or_else(|| Err(stopped().into()))),
            Err(error) if error.store().is_some_and(StoreError::ends_transaction) => {
                return Ok(None);
            }
            Err(error) => outcomes.push(Err(error)),
        }
    }
    Ok(Some(outcomes))
}
