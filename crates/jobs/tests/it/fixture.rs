//! A database with its writer, on SQLite; on MySQL where `TEST_DATABASE_URL` names one.
//!
//! The MySQL database may be shared with other tests: every test has its own names and its own project.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use domain::log::Fact;
use inviter_jobs::{Handler, Runner, RunnerOptions};
use kernel::{
    Clock, FakeClock, JobId, PageRequest, ProjectId, SystemClock, SystemEntropy, Timestamp,
};
use serde_json::json;
use store::{Job, JobState, NewJob, Options, Store, StoreResult};
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) clock: FakeClock,
    pub(crate) entropy: Arc<SystemEntropy>,
    pub(crate) project: ProjectId,
    writer: JoinHandle<()>,
    url: String,
    folder: Arc<TempDir>,
}

impl Database {
    pub(crate) async fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        #[expect(clippy::disallowed_methods, reason = "the tests' only setting")]
        let url = std::env::var("TEST_DATABASE_URL")
            .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("test.db").display()));
        let entropy = Arc::new(SystemEntropy::default());
        let clock = FakeClock::new(SystemClock.now());
        let project = ProjectId::new(clock.now(), entropy.as_ref());
        let (store, writer) = open(&url).await;
        store.migrate().await.unwrap();
        Self {
            store,
            clock,
            entropy,
            project,
            writer,
            url,
            folder,
        }
    }

    /// The same database, opened by another process.
    pub(crate) async fn again(&self) -> Self {
        let (store, writer) = open(&self.url).await;
        Self {
            store,
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            project: self.project,
            writer,
            url: self.url.clone(),
            folder: Arc::clone(&self.folder),
        }
    }

    /// The process dies: whatever is being written is not.
    pub(crate) async fn crash(self) {
        self.writer.abort();
        drop(self.writer.await);
    }

    /// A name that no other test has.
    pub(crate) fn name(&self, name: &str) -> &'static str {
        let id = JobId::new(self.clock.now(), self.entropy.as_ref());
        format!("{name}-{id}").leak()
    }

    /// Writes `count` entries for this test's project, each with a commit of its own.
    pub(crate) async fn emit(&self, count: usize) {
        let (project, now) = (self.project, self.clock.now());
        for _ in 0..count {
            let written: StoreResult<()> = self
                .store
                .transact(move |tx| {
                    Box::pin(async move {
                        tx.emit(Some(project), now, vec![Fact::ProjectChanged { project }]);
                        Ok(())
                    })
                })
                .await;
            written.unwrap();
        }
    }

    pub(crate) fn new_job(&self, kind: &str) -> NewJob {
        let now = self.clock.now();
        NewJob {
            id: JobId::new(now, self.entropy.as_ref()),
            kind: kind.to_owned(),
            payload: json!({ "number": 7 }),
            run_at: now,
            max_attempts: 100,
            dedupe_key: None,
            created_at: now,
        }
    }

    pub(crate) async fn enqueue(&self, kind: &str) -> JobId {
        let job = self.new_job(kind);
        let id = job.id;
        let written: StoreResult<()> = self
            .store
            .transact(move |tx| {
                let job = job.clone();
                Box::pin(async move { tx.enqueue(&[job]).await })
            })
            .await;
        written.unwrap();
        id
    }

    /// Claims as another process would, for a minute.
    pub(crate) async fn claim(&self, kind: &'static str, owner: &'static str) -> Vec<Job> {
        let now = self.clock.now();
        let claimed: StoreResult<_> = self
            .store
            .transact(move |tx| {
                Box::pin(async move {
                    tx.claim(&[kind], owner, now, TimeDelta::minutes(1), 100)
                        .await
                })
            })
            .await;
        claimed.unwrap()
    }

    pub(crate) async fn count(&self, kind: &str, state: JobState) -> u64 {
        let figures = self.store.read().queue_figures().await.unwrap();
        figures
            .iter()
            .filter(|figure| figure.kind == kind && figure.state == state)
            .map(|figure| figure.count)
            .sum()
    }

    pub(crate) async fn dead(&self, kind: &str) -> Option<Job> {
        let page = PageRequest::new(None, Some(PageRequest::MAX));
        let dead = self.store.read().dead_jobs(page).await.unwrap();
        dead.items.into_iter().find(|job| job.kind == kind)
    }

    pub(crate) fn runner(&self, handlers: Vec<Arc<dyn Handler>>, options: RunnerOptions) -> Runner {
        let clock = Arc::new(self.clock.clone());
        Runner::new(
            &self.store,
            handlers,
            clock,
            Arc::clone(&self.entropy) as _,
            options,
        )
    }
}

async fn open(url: &str) -> (Store, JoinHandle<()>) {
    let (store, writer) = Store::open(Options::new(url)).await.unwrap();
    (store, spawn(writer.run()))
}

/// A task of its own, as the composition root would start it.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests have no composition root"
    )]
    tokio::spawn(work)
}

/// Waits until `reached`, for at most ten seconds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut reached: impl FnMut() -> F) {
    for _ in 0..2000 {
        if reached().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("not reached: {what}");
}

/// Long enough for what should not happen to happen.
pub(crate) async fn a_while() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

/// Moves a clock's hand by seconds.
pub(crate) fn advance(clock: &FakeClock, seconds: i64) -> Timestamp {
    clock.advance(TimeDelta::seconds(seconds));
    clock.now()
}
