//! Periodic work.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{
    FutureExt,
    future::{Shared, join_all},
};
use kernel::Entropy;

use crate::{backoff::random, panics::caught};

/// Why a run failed. It is told to the log; the next run comes in its time.
pub type PeriodicError = Box<dyn std::error::Error + Send + Sync>;

/// Work that is done again and again, in every process: it has to bear being done twice at once.
#[async_trait]
pub trait Periodic: Send + Sync {
    /// How the log names it.
    fn name(&self) -> &'static str;

    /// The time from the end of one run to the beginning of the next, before jitter.
    fn period(&self) -> Duration;

    /// Does it once.
    async fn run(&self) -> Result<(), PeriodicError>;
}

/// All periodic work of a process.
pub struct Schedule {
    entropy: Arc<dyn Entropy>,
    work: Vec<Arc<dyn Periodic>>,
}

impl std::fmt::Debug for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.work.iter().map(|work| work.name()))
            .finish()
    }
}

impl Schedule {
    /// Nothing to do yet.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self {
            entropy,
            work: Vec::new(),
        }
    }

    /// Adds a work.
    #[must_use]
    pub fn with(mut self, work: Arc<dyn Periodic>) -> Self {
        self.work.push(work);
        self
    }

    /// Adds a function as a work.
    #[must_use]
    pub fn every<F, Fut>(self, period: Duration, name: &'static str, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), PeriodicError>> + Send + 'static,
    {
        self.with(Arc::new(Function { period, name, run }))
    }

    /// Runs everything until `stop` is done; a run that has begun is finished. The first run comes within a tenth of
    /// the period and at most a minute, later ones after the period and up to a tenth more.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let stop = stop.shared();
        join_all(
            self.work
                .iter()
                .map(|work| self.repeat(work.as_ref(), stop.clone())),
        )
        .await;
    }

    async fn repeat(&self, work: &dyn Periodic, stop: Shared<impl Future<Output = ()> + Send>) {
        let tenth = work.period() / 10;
        let mut wait = random(tenth.min(Duration::from_mins(1)), self.entropy.as_ref());
        loop {
            tokio::select! {
                biased;
                () = stop.clone() => return,
                () = tokio::time::sleep(wait) => {}
            }
            let panicked = || Err("it panicked".into());
            if let Err(error) = caught(work.run(), panicked).await {
                tracing::error!(work = work.name(), %error, "periodic work failed");
            }
            wait = work.period() + random(tenth, self.entropy.as_ref());
        }
    }
}

struct Function<F> {
    period: Duration,
    name: &'static str,
    run: F,
}

#[async_trait]
impl<F, Fut> Periodic for Function<F>
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<(), PeriodicError>> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn period(&self) -> Duration {
        self.period
    }

    async fn run(&self) -> Result<(), PeriodicError> {
        (self.run)().await
    }
}
