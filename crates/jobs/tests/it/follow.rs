use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::log::Entry;
use inviter_jobs::{Follower, FollowerLoop};
use kernel::{Clock, ProjectId, SystemClock};
use store::{StoreError, StoreResult, WriteTx};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::fixture::{Database, spawn, until};

/// What goes wrong after the effect is written and before the cursor moves.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    Hangs,
    Slow,
    /// So many times, by an error and by a panic in turn.
    Fails(u32),
}

/// Counts the project's entries in the database, so that an entry missed or dealt with twice shows.
struct Tally {
    name: &'static str,
    count: &'static str,
    project: ProjectId,
    trouble: Trouble,
    runs: AtomicU32,
    seen: Mutex<Vec<i64>>,
}

impl Tally {
    fn new(database: &Database, trouble: Trouble) -> Arc<Self> {
        Arc::new(Self {
            name: database.name("follower"),
            count: database.name("tally"),
            project: database.project,
            trouble,
            runs: AtomicU32::new(0),
            seen: Mutex::default(),
        })
    }

    fn without_trouble(&self) -> Arc<Self> {
        let Self {
            name,
            count,
            project,
            ..
        } = *self;
        Arc::new(Self {
            name,
            count,
            project,
            trouble: Trouble::None,
            runs: AtomicU32::new(0),
            seen: Mutex::default(),
        })
    }

    async fn total(&self, database: &Database) -> i64 {
        database.store.read().cursor(self.count).await.unwrap()
    }
}

#[async_trait]
impl Follower for Tally {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn follow(&self, tx: &WriteTx, entries: &[Entry]) -> StoreResult<()> {
        let own: Vec<i64> = entries
            .iter()
            .filter(|entry| entry.project == Some(self.project))
            .map(|entry| entry.seq)
            .collect();
        let total = tx.cursor_lock(self.count).await? + i64::try_from(own.len()).unwrap();
        tx.cursor_set(self.count, total, SystemClock.now()).await?;
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        match self.trouble {
            Trouble::Fails(times) if run < times && run.is_multiple_of(2) => {
                return Err(StoreError::Unavailable("trouble".to_owned()));
            }
            Trouble::Fails(times) if run < times => panic!("trouble"),
            Trouble::Hangs => std::future::pending().await,
            Trouble::Slow => tokio::time::sleep(Duration::from_millis(2)).await,
            _ => {}
        }
        self.seen.lock().unwrap().extend(own);
        Ok(())
    }
}

/// A loop in a task of its own, and what stops it.
struct Running {
    lag: Arc<AtomicI64>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(database: &Database, follower: &Arc<Tally>) -> Self {
        let clock = Arc::new(database.clock.clone());
        let following = FollowerLoop::new(&database.store, Arc::clone(follower) as _, clock);
        let lag = following.lag();
        let (stop, stopped) = oneshot::channel();
        let task = spawn(following.run(async move { drop(stopped.await) }));
        Self { lag, stop, task }
    }

    async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }
}

#[tokio::test]
async fn every_entry_is_followed_once_and_in_order() {
    let database = Database::new().await;
    let follower = Tally::new(&database, Trouble::None);
    database.emit(700).await;
    let running = Running::start(&database, &follower);
    until("the first 700", async || {
        follower.total(&database).await == 700
    })
    .await;
    database.emit(3).await;
    until("the next 3", async || {
        follower.total(&database).await == 703
    })
    .await;
    until("no lag", async || running.lag.load(Ordering::Relaxed) == 0).await;
    running.stop().await;
    let seen = follower.seen.lock().unwrap();
    assert_eq!(seen.len(), 703);
    assert!(seen.is_sorted_by(|a, b| a < b), "the places rise");
}

#[tokio::test]
async fn a_crash_between_effect_and_cursor_undoes_both() {
    let database = Database::new().await;
    database.emit(5).await;
    let follower = Tally::new(&database, Trouble::Hangs);
    let after = database.again().await;
    let running = Running::start(&database, &follower);
    until("the effect is written", async || {
        follower.runs.load(Ordering::SeqCst) == 1
    })
    .await;
    database.crash().await;
    running.task.abort();
    assert_eq!(follower.total(&after).await, 0, "nothing was committed");

    let follower = follower.without_trouble();
    let running = Running::start(&after, &follower);
    until("all 5", async || follower.total(&after).await == 5).await;
    running.stop().await;
    assert_eq!(follower.total(&after).await, 5);
}

#[tokio::test]
async fn a_loop_dropped_in_the_middle_of_a_step_loses_and_doubles_nothing() {
    let database = Database::new().await;
    let follower = Tally::new(&database, Trouble::Slow);
    for round in 1..=20 {
        database.emit(3).await;
        let running = Running::start(&database, &follower);
        tokio::time::sleep(Duration::from_millis(round % 7)).await;
        running.task.abort();
    }
    let follower = follower.without_trouble();
    let running = Running::start(&database, &follower);
    until("all 60", async || follower.total(&database).await >= 60).await;
    running.stop().await;
    assert_eq!(follower.total(&database).await, 60);
}

#[tokio::test]
async fn two_processes_take_turns() {
    let database = Database::new().await;
    let other = database.again().await;
    let follower = Tally::new(&database, Trouble::None);
    let twin = follower.without_trouble();
    let (one, two) = (
        Running::start(&database, &follower),
        Running::start(&other, &twin),
    );
    futures::join!(database.emit(150), other.emit(150));
    until("all 300", async || follower.total(&database).await >= 300).await;
    one.stop().await;
    two.stop().await;
    assert_eq!(follower.total(&database).await, 300);
}

#[tokio::test]
async fn a_failing_follower_stands_still_and_hinders_nobody() {
    let database = Database::new().await;
    database.emit(5).await;
    let follower = Tally::new(&database, Trouble::Fails(3));
    let neighbour = Tally::new(&database, Trouble::None);
    let (failing, running) = (
        Running::start(&database, &follower),
        Running::start(&database, &neighbour),
    );
    until("the neighbour follows", async || {
        neighbour.total(&database).await == 5
    })
    .await;
    until("it recovers", async || follower.total(&database).await > 0).await;
    failing.stop().await;
    running.stop().await;
    assert_eq!(follower.total(&database).await, 5);
    // A write may be run again for its neighbours' sake, so more runs than these are no fault.
    assert!(
        follower.runs.load(Ordering::SeqCst) >= 4,
        "three failures, then a success"
    );
    assert!(
        database.store.is_healthy(),
        "the failures cost no group of writes"
    );
}

#[tokio::test]
async fn the_lag_tells_how_much_waits() {
    let database = Database::new().await;
    database.emit(12).await;
    let follower = Tally::new(&database, Trouble::Hangs);
    let running = Running::start(&database, &follower);
    until("a lag of 12", async || {
        running.lag.load(Ordering::Relaxed) >= 12
    })
    .await;
    running.task.abort();
}
