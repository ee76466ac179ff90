//! The loop that runs the queue.

mod attempt;

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use futures::{
    FutureExt, StreamExt,
    future::{Fuse, FusedFuture},
    stream::FuturesUnordered,
};
use kernel::{Clock, Entropy, JobId};
use store::{Job, Store, StoreResult};

use crate::{handler::Handler, pulse::Pulse};

const LONGEST_LEASE: TimeDelta = TimeDelta::days(1);

/// How a [`Runner`] works.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// The name under which it holds leases, at most 64 bytes: different in every process and after every start.
    pub owner: String,
    /// The most jobs that run at once, 1 or more.
    pub workers: usize,
    /// How often to look for jobs when nothing wakes the runner.
    pub poll: Duration,
    /// How long a job is held before another runner may take it over, at most a day. It is extended every third of
    /// this.
    pub lease: Duration,
    /// How long what runs may take to end after a stop.
    pub drain: Duration,
}

impl RunnerOptions {
    /// Sensible values: 8 workers, a look every second, a lease of a minute, 10 seconds to drain.
    pub fn new(owner: impl Into<String>) -> Self {
        Self {
            owner: owner.into(),
            workers: 8,
            poll: Duration::from_secs(1),
            lease: Duration::from_mins(1),
            drain: Duration::from_secs(10),
        }
    }
}

/// Runs the jobs of the kinds it has handlers for. Any number of processes may run one.
pub struct Runner {
    store: Store,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    kinds: Arc<[&'static str]>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    owner: Arc<str>,
    lease: TimeDelta,
    options: RunnerOptions,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner")
            .field("kinds", &self.kinds)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner that has still to be run.
    ///
    /// # Panics
    /// Where two handlers are of one kind.
    pub fn new(
        store: &Store,
        handlers: Vec<Arc<dyn Handler>>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        options: RunnerOptions,
    ) -> Self {
        let kinds: Arc<[_]> = handlers.iter().map(|handler| handler.kind()).collect();
        let handlers: HashMap<_, _> = handlers
            .into_iter()
            .map(|handler| (handler.kind(), handler))
            .collect();
        assert_eq!(
            handlers.len(),
            kinds.len(),
            "one handler per kind: {kinds:?}"
        );
        let owner = options.owner.as_str().into();
        let lease = TimeDelta::from_std(options.lease)
            .map_or(LONGEST_LEASE, |lease| lease.min(LONGEST_LEASE));
        Self {
            store: store.beside(),
            handlers,
            kinds,
            clock,
            entropy,
            owner,
            lease,
            options,
        }
    }

    /// Runs jobs until `stop` is done. Then nothing more is claimed, what runs may end within the time to drain, and
    /// the rest is put back into the queue.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let this = &self;
        let mut stop = pin!(stop);
        let mut pulse = Pulse::new(&self.store, self.options.poll);
        let mut running = FuturesUnordered::new();
        let mut held = HashSet::new();
        let mut claim = pin!(Fuse::terminated());
        let mut look = true;
        loop {
            let free = self.options.workers.saturating_sub(running.len());
            if look && free > 0 && claim.is_terminated() {
                pulse.mark();
                look = false;
                claim.set(self.claim(free).fuse());
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(id) = running.next() => {
                    held.remove(&id);
                    look = true;
                }
                jobs = &mut claim => {
                    look |= !jobs.is_empty();
                    // A job that is held came back because its lease ran out before it was extended: it runs already.
                    let new = jobs.into_iter().filter(|job| held.insert(job.id));
                    running.extend(new.map(|job| this.attempt(job)));
                }
                () = pulse.next() => look = true,
            }
        }
        if !claim.is_terminated() {
            // Left alone, what is being claimed at this moment would be nobody's until its lease ran out.
            held.extend(claim.await.iter().map(|job| job.id));
        }
        let ends = async {
            while let Some(id) = running.next().await {
                held.remove(&id);
            }
        };
        drop(tokio::time::timeout(self.options.drain, ends).await);
        drop(running);
        self.put_back(held.into_iter().collect()).await;
    }

    /// Takes at most `limit` jobs whose time has come. None where the database fails: the next look is another try.
    async fn claim(&self, limit: usize) -> Vec<Job> {
        self.try_claim(limit).await.unwrap_or_else(|error| {
            tracing::error!(%error, "no jobs can be claimed");
            Vec::new()
        })
    }

    async fn try_claim(&self, limit: usize) -> StoreResult<Vec<Job>> {
        let (kinds, owner) = (Arc::clone(&self.kinds), Arc::clone(&self.owner));
        let (now, lease) = (self.clock.now(), self.lease);
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        // Looked at after every commit, it is mostly empty: to find that out takes no commit.
        if !self.store.read().has_claimable(&kinds, now).await? {
            return Ok(Vec::new());
        }
        self.store
            .transact(move |tx| {
                let (kinds, owner) = (Arc::clone(&kinds), Arc::clone(&owner));
                Box::pin(async move { tx.claim(&kinds, &owner, now, lease, limit).await })
            })
            .await
    }

    /// Gives up the leases of what did not end in time.
    async fn put_back(&self, jobs: Vec<JobId>) {
        if jobs.is_empty() {
            return;
        }
        tracing::info!(
            jobs = jobs.len(),
            "jobs are put back into the queue: the process stops"
        );
        let (jobs, owner, now) = (Arc::new(jobs), Arc::clone(&self.owner), self.clock.now());
        let put_back: StoreResult<()> = self
            .store
            .transact(move |tx| {
                let (jobs, owner) = (Arc::clone(&jobs), Arc::clone(&owner));
                Box::pin(async move {
                    for id in jobs.iter() {
                        tx.fail(*id, &owner, "the process stopped", Some(now))
                            .await?;
                    }
                    Ok(())
                })
            })
            .await;
        if let Err(error) = put_back {
            tracing::error!(%error, "jobs could not be put back; their leases will run out");
        }
    }
}
