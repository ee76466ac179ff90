//! A handler that tells what happens to it, and a runner to run it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use inviter_jobs::{Handler, JobError, RunnerOptions};
use store::Job;
use tokio::{
    sync::{Semaphore, oneshot},
    task::JoinHandle,
};

use crate::fixture::{Database, spawn, until};

type Behaviour = Box<dyn Fn(u32) -> Result<(), JobError> + Send + Sync>;

/// Counts what runs; ends as its behaviour says for the how-manieth run, and not before its gate lets it.
pub(crate) struct Probe {
    pub(crate) kind: &'static str,
    most: u32,
    behaviour: Behaviour,
    pub(crate) gate: Semaphore,
    begun: AtomicU32,
    inside: AtomicU32,
    pub(crate) at_once: AtomicU32,
}

impl Probe {
    pub(crate) fn new(
        database: &Database,
        most: u32,
        behaviour: impl Fn(u32) -> Result<(), JobError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            kind: database.name("kind"),
            most,
            behaviour: Box::new(behaviour),
            gate: Semaphore::new(1000),
            begun: AtomicU32::new(0),
            inside: AtomicU32::new(0),
            at_once: AtomicU32::new(0),
        })
    }

    /// A probe whose runs wait to be let through.
    pub(crate) fn gated(database: &Database) -> Arc<Self> {
        let probe = Self::new(database, 3, |_| Ok(()));
        probe.gate.forget_permits(1000);
        probe
    }

    pub(crate) fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }

    pub(crate) async fn until_begun(&self, times: u32) {
        until(&format!("begun {times} times"), async || {
            self.begun() == times
        })
        .await;
    }

    pub(crate) fn inside(&self) -> u32 {
        self.inside.load(Ordering::SeqCst)
    }
}

/// Counts down when a run ends or is dropped.
struct Inside<'a>(&'a AtomicU32);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Handler for Probe {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn max_attempts(&self) -> u32 {
        self.most
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        assert_eq!(job.payload["number"], 7);
        let run = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.at_once.fetch_max(inside, Ordering::SeqCst);
        let _inside = Inside(&self.inside);
        self.gate.acquire().await.unwrap().forget();
        (self.behaviour)(run)
    }
}

/// A runner in a task of its own, and what stops it.
pub(crate) struct Running(oneshot::Sender<()>, JoinHandle<()>);

impl Running {
    pub(crate) fn start(database: &Database, probe: &Arc<Probe>, options: RunnerOptions) -> Self {
        let runner = database.runner(vec![Arc::clone(probe) as _], options);
        let (stop, stopped) = oneshot::channel();
        Self(stop, spawn(runner.run(async move { drop(stopped.await) })))
    }

    pub(crate) async fn stop(self) {
        drop(self.0);
        self.1.await.unwrap();
    }
}

pub(crate) fn options() -> RunnerOptions {
    RunnerOptions {
        poll: Duration::from_millis(10),
        drain: Duration::from_secs(1),
        ..RunnerOptions::new("here")
    }
}
