//! A group none of whose members is there: nobody waits for ever.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::future::join_all;
use store::{Batch, Batcher, Options, Store, StoreError, WriteTx};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::database::Process;

const DEADLINE: Duration = Duration::from_millis(600);

/// A process of a group whose members refuse every connection.
async fn process() -> Process {
    let options = Options {
        members: vec!["127.0.0.1:1".to_owned(), "127.0.0.1:2".to_owned()],
        deadline: DEADLINE,
        ..Options::new("mysql://nobody:nothing@127.0.0.1:1/nowhere")
    };
    let (store, writer) = Store::open(options).await.unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(writer.run());
    Process::of(store, tasks)
}

struct Nothing;

#[async_trait]
impl Batch for Nothing {
    type Item = ();
    type Outcome = ();
    type Error = StoreError;

    async fn handle(
        &self,
        _: &WriteTx,
        items: &[()],
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        Ok(items.iter().map(|()| Ok(())).collect())
    }
}

/// What `wait` comes to, in time.
async fn answered<T>(wait: impl Future<Output = T>) -> T {
    timeout(DEADLINE * 5, wait)
        .await
        .expect("an answer in time")
}

#[tokio::test]
async fn writes_are_given_up_after_their_deadline() {
    let process = process().await;
    let begun = Instant::now();
    let writes = (0..20).map(|_| process.attempt(|_| Box::pin(async { Ok::<_, StoreError>(()) })));
    for outcome in answered(join_all(writes)).await {
        assert!(
            matches!(outcome, Err(StoreError::Unavailable(_))),
            "{outcome:?}"
        );
    }
    assert!(begun.elapsed() >= DEADLINE / 2, "they waited for a writer");
}

#[tokio::test]
async fn everyone_in_a_queue_in_front_of_the_writer_is_answered() {
    let process = process().await;
    let batcher = Arc::new(Batcher::new(&process.store, Nothing, 4));
    let submissions = (0..50).map(|_| batcher.submit(()));
    for outcome in answered(join_all(submissions)).await {
        assert!(
            matches!(outcome, Err(StoreError::Unavailable(_))),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn reads_are_given_up_as_well_and_the_schema_names_who_was_asked() {
    let process = process().await;
    assert!(answered(process.store.ping()).await.is_err());
    assert!(answered(process.read().log_head()).await.is_err());
    let complaint = answered(process.store.migrate())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        complaint.contains("127.0.0.1:2: it cannot be reached"),
        "{complaint}"
    );
    assert!(!process.store.takes_writes());
}
