use std::sync::{Arc, Mutex};

use domain::log::Entry;
use inviter_jobs::{Watch, Watcher};
use kernel::ProjectId;
use tokio::sync::oneshot;

use crate::fixture::{Database, spawn, until};

struct Seen(ProjectId, Mutex<Vec<i64>>);

impl Watch for Seen {
    fn see(&self, entry: &Entry) {
        if entry.project == Some(self.0) {
            self.1.lock().unwrap().push(entry.seq);
        }
    }
}

#[tokio::test]
async fn what_is_committed_after_the_start_is_seen_whoever_committed_it() {
    let database = Database::new().await;
    let other = database.again().await;
    database.emit(4).await;
    let seen = Arc::new(Seen(database.project, Mutex::default()));
    let watcher = Watcher::start(database.store.clone(), Arc::clone(&seen) as _)
        .await
        .unwrap();
    database.emit(2).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let task = spawn(watcher.run(async move { drop(stopped.await) }));
    until("what came before it ran", async || {
        seen.1.lock().unwrap().len() == 2
    })
    .await;
    other.emit(3).await;
    until("what another process wrote", async || {
        seen.1.lock().unwrap().len() == 5
    })
    .await;
    drop(stop);
    task.await.unwrap();
    assert!(
        seen.1.lock().unwrap().is_sorted_by(|a, b| a < b),
        "the places rise"
    );
}
