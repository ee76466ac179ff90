//! Set-based writes.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use futures::future::join_all;
use kernel::{MemberId, ProjectId};
use store::{Batch, Batcher, Store, StoreError, WriteTx};
use tokio::sync::Barrier;

use crate::{
    database::Database,
    samples::{id, member},
};

/// Inserts members in one statement.
struct Insert {
    project: ProjectId,
    calls: Arc<AtomicUsize>,
}

#[derive(Clone)]
enum Item {
    Named(String),
    Panics,
    Stale,
}

#[async_trait]
impl Batch for Insert {
    type Item = Item;
    type Outcome = (String, MemberId);
    type Error = StoreError;

    async fn handle(
        &self,
        tx: &WriteTx,
        items: &[Item],
    ) -> Result<Vec<Result<Self::Outcome, StoreError>>, StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let mut people = Vec::new();
        for item in items {
            match item {
                Item::Named(name) => people.push(member(self.project, Some(name))),
                Item::Panics => panic!("this panic belongs to the test"),
                Item::Stale => return Err(StoreError::Stale("a row")),
            }
        }
        tx.project(self.project)
            .members()
            .insert_all(&people)
            .await?;
        Ok(people
            .into_iter()
            .map(|person| Ok((person.external_id.unwrap_or_default(), person.id)))
            .collect())
    }
}

fn batcher(store: &Store, max: usize) -> (Batcher<Insert>, ProjectId, Arc<AtomicUsize>) {
    let (project, calls) = (id(), Arc::new(AtomicUsize::new(0)));
    let insert = Insert {
        project,
        calls: Arc::clone(&calls),
    };
    (Batcher::new(store, insert, max), project, calls)
}

/// Its first two sets wait for one another.
struct Together(Barrier, AtomicUsize);

#[async_trait]
impl Batch for Together {
    type Item = ();
    type Outcome = ();
    type Error = StoreError;

    async fn handle(
        &self,
        _: &WriteTx,
        items: &[()],
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        if self.1.fetch_add(1, Ordering::SeqCst) < 2 {
            self.0.wait().await;
        }
        Ok(items.iter().map(|()| Ok(())).collect())
    }
}

fn named(names: impl IntoIterator<Item = usize>) -> Vec<Item> {
    names
        .into_iter()
        .map(|name| Item::Named(name.to_string()))
        .collect()
}

#[tokio::test]
async fn outcomes_come_in_the_items_order() {
    let database = Database::new().await;
    let process = database.process().await;
    let (batcher, project, calls) = batcher(&process.store, 100);
    let outcomes = batcher.submit_all(named(0..1_000)).await.unwrap();
    assert_eq!(outcomes.len(), 1_000);
    let mut ids = Vec::new();
    for (place, outcome) in outcomes.into_iter().enumerate() {
        let (name, id) = outcome.unwrap();
        assert_eq!(name, place.to_string());
        ids.push(id);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 10);
    let found = process
        .read()
        .project(project)
        .members()
        .find_all(&ids)
        .await
        .unwrap();
    assert_eq!(found.len(), 1_000);
}

#[tokio::test]
async fn on_mysql_two_sets_are_worked_on_at_the_same_time() {
    let database = Database::new().await;
    if !database.is_mysql() {
        return;
    }
    let process = database.process().await;
    let together = Together(Barrier::new(2), AtomicUsize::new(0));
    let batcher = Batcher::new(&process.store, together, 4);
    // One set that runs, one that waits for it, and one for which that is too many.
    for outcomes in join_all((0..3).map(|_| batcher.submit_all(vec![(); 4]))).await {
        for outcome in outcomes.unwrap() {
            outcome.unwrap();
        }
    }
}

/// Remembers what it was given.
struct Remembers(Arc<Mutex<Vec<usize>>>);

#[async_trait]
impl Batch for Remembers {
    type Item = usize;
    type Outcome = ();
    type Error = StoreError;

    async fn handle(
        &self,
        _: &WriteTx,
        items: &[usize],
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        self.0.lock().unwrap().extend(items);
        Ok(items.iter().map(|_| Ok(())).collect())
    }
}

#[tokio::test]
async fn what_is_handed_in_together_is_handled_in_its_order() {
    let database = Database::new().await;
    let process = database.process().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let batcher = Batcher::new(&process.store, Remembers(Arc::clone(&seen)), 4);
    let evens = batcher.submit_all((0..100).map(|n| 2 * n).collect());
    let odds = batcher.submit_all((0..100).map(|n| 2 * n + 1).collect());
    let (evens, odds) = tokio::join!(evens, odds);
    assert_eq!((evens.unwrap().len(), odds.unwrap().len()), (100, 100));
    for rest in [0, 1] {
        let mut seen = seen.lock().unwrap().clone();
        seen.retain(|n| n % 2 == rest);
        assert!(seen.is_sorted(), "{seen:?}");
    }
}

#[tokio::test]
async fn many_callers_share_a_call() {
    let database = Database::new().await;
    let process = database.process().await;
    let (batcher, _, calls) = batcher(&process.store, 100);
    let outcomes = join_all((0..200).map(|n| batcher.submit(Item::Named(n.to_string())))).await;
    for (place, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome.unwrap().0, place.to_string());
    }
    assert!(
        calls.load(Ordering::SeqCst) < 100,
        "{calls:?} calls for 200 items"
    );
}

#[tokio::test]
async fn one_bad_item_fails_alone() {
    let database = Database::new().await;
    let process = database.process().await;
    let (batcher, _, _) = batcher(&process.store, 100);
    batcher.submit(Item::Named("7".to_owned())).await.unwrap();
    let outcomes = batcher.submit_all(named(0..20)).await.unwrap();
    for (place, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok((name, _)) => assert_eq!(name, place.to_string()),
            Err(error) => {
                assert_eq!(place, 7);
                assert!(matches!(error, StoreError::Duplicate(_)), "{error:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_item_that_is_always_overtaken_fails_alone() {
    let database = Database::new().await;
    let process = database.process().await;
    let (batcher, _, _) = batcher(&process.store, 100);
    let mut items = named(0..10);
    items.insert(4, Item::Stale);
    let outcomes = batcher.submit_all(items).await.unwrap();
    for (place, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_ok(), place != 4, "item {place}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_panic_does_not_reach_the_next_call() {
    let database = Database::new().await;
    let process = database.process().await;
    let (batcher, _, _) = batcher(&process.store, 100);
    let outcome = batcher.submit(Item::Panics).await;
    assert!(
        matches!(outcome, Err(StoreError::Unavailable(_))),
        "{outcome:?}"
    );
    batcher
        .submit(Item::Named("after".to_owned()))
        .await
        .unwrap();
}

#[tokio::test]
async fn callers_that_go_away_leave_nothing_stuck() {
    let database = Database::new().await;
    let process = database.process().await;
    let (batcher, _, _) = batcher(&process.store, 3);
    for n in 0..50 {
        let submitted = batcher.submit_all(named(n * 10..n * 10 + 7));
        drop(tokio::time::timeout(std::time::Duration::ZERO, submitted).await);
    }
    let outcome = batcher.submit(Item::Named("after".to_owned())).await;
    assert_eq!(outcome.unwrap().0, "after");
}
