//! Is it alive, is it ready, and what does it depend on?

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::future::join_all;
use serde::Serialize;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// A check takes at most this long, and its answer is good for as long.
const LIMIT: Duration = Duration::from_secs(1);

/// One dependency that can be asked how it is.
#[async_trait]
pub trait Check: Send + Sync {
    /// The name in the report: `database`.
    fn name(&self) -> &'static str;

    /// Asks. Answers that take longer than a second count as down.
    async fn check(&self) -> CheckResult;
}

/// How well something is, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All is well.
    Up,
    /// It works, with less than it should have.
    Degraded,
    /// It does not work, and neither does what needs it.
    Down,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// How well.
    pub verdict: Verdict,
    /// A few words, without secrets; perhaps empty.
    pub detail: String,
}

impl CheckResult {
    /// All is well.
    pub fn up(detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Up,
            detail: detail.into(),
        }
    }

    /// It works, with less than it should have.
    pub fn degraded(detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Degraded,
            detail: detail.into(),
        }
    }

    /// It does not work.
    pub fn down(detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Down,
            detail: detail.into(),
        }
    }
}

/// Whether this process wants requests. Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicU8>);

const STARTING: u8 = 0;
const READY: u8 = 1;
const DRAINING: u8 = 2;

impl Readiness {
    /// The start is done. Without effect once the process drains.
    pub fn ready(&self) {
        let _ = self
            .0
            .compare_exchange(STARTING, READY, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// The process is about to stop.
    pub fn drain(&self) {
        self.0.store(DRAINING, Ordering::SeqCst);
    }

    /// `starting`, `ready` or `draining`.
    pub fn as_str(&self) -> &'static str {
        match self.0.load(Ordering::SeqCst) {
            STARTING => "starting",
            READY => "ready",
            _ => "draining",
        }
    }

    fn is_ready(&self) -> bool {
        self.0.load(Ordering::SeqCst) == READY
    }
}

/// All checks, each bounded to a second, the answers kept for a second.
pub struct Health {
    checks: Vec<Box<dyn Check>>,
    readiness: Readiness,
    cached: Mutex<Option<(Instant, Vec<CheckReport>)>>,
}

/// How the process and what it depends on are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The worst verdict of all checks.
    pub status: Verdict,
    /// `starting`, `ready` or `draining`.
    pub state: &'static str,
    /// The checks in the order in which they were given.
    pub checks: Vec<CheckReport>,
}

/// How one dependency is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport {
    /// The name of the check.
    pub name: &'static str,
    /// How well.
    pub status: Verdict,
    /// A few words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// How long the check took, in milliseconds.
    pub ms: f64,
}

impl Health {
    /// Asks `checks` when asked itself.
    pub fn new(readiness: Readiness, checks: Vec<Box<dyn Check>>) -> Self {
        Self {
            checks,
            readiness,
            cached: Mutex::new(None),
        }
    }

    /// How everything is. Callers at the same moment share one round of checks.
    pub async fn report(&self) -> Report {
        let mut cached = self.cached.lock().await;
        let checks = match cached.as_ref() {
            Some((at, checks)) if at.elapsed() < LIMIT => checks.clone(),
            _ => {
                let checks =
                    join_all(self.checks.iter().map(|check| bounded(check.as_ref()))).await;
                *cached = Some((Instant::now(), checks.clone()));
                checks
            }
        };
        let status = checks
            .iter()
            .map(|check| check.status)
            .max()
            .unwrap_or(Verdict::Up);
        Report {
            status,
            state: self.readiness.as_str(),
            checks,
        }
    }

    /// Whether requests should come here: started, not draining, and nothing needed is down.
    pub async fn is_ready(&self) -> bool {
        self.readiness.is_ready() && self.report().await.status < Verdict::Down
    }
}

async fn bounded(check: &dyn Check) -> CheckReport {
    let started = Instant::now();
    let late = |_| CheckResult::down(format!("no answer within {LIMIT:?}"));
    let result = timeout(LIMIT, check.check()).await.unwrap_or_else(late);
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    CheckReport {
        name: check.name(),
        status: result.verdict,
        detail: result.detail,
        ms,
    }
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|check| check.name()).collect();
        f.debug_struct("Health")
            .field("checks", &names)
            .field("state", &self.readiness.as_str())
            .finish_non_exhaustive()
    }
}
