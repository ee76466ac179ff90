//! Moves clicks from the journal into the database, each exactly once.

use std::{sync::Arc, time::Duration};

use domain::clicks::Click;
use store::{JournalError, Record, StoreError};

use crate::{App, AppError, AppResult, followers::click_rollups};

/// The most clicks in one transaction.
const SET: usize = 8000;

/// How long a click waits for others to share its transaction: a page of an index is written once for all clicks of a set
/// that it holds, so a set of thousands takes half of what the same clicks take by the hundred.
const GATHERED: Duration = Duration::from_millis(400);

/// Drains the journal until `stop` is done, and then once more to its end. What the database does not take stays in
/// the journal.
pub async fn drain(app: App, stop: impl Future<Output = ()> + Send) {
    let mut stop = std::pin::pin!(stop);
    let mut durable = app.journal().durable_end();
    loop {
        let pause = match step(&app).await {
            Ok(SET..) => continue,
            Ok(_) => Duration::from_mins(1),
            Err(error) => {
                tracing::warn!(%error, "clicks wait in the journal");
                Duration::from_secs(1)
            }
        };
        let gathered = async {
            let changed = durable.changed().await;
            tokio::time::sleep(GATHERED).await;
            changed
        };
        tokio::select! {
            () = &mut stop => return finish(&app).await,
            () = tokio::time::sleep(pause) => {}
            changed = gathered => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

/// The last clicks of a process that stops: an instance that is removed for good leaves none behind.
async fn finish(app: &App) {
    loop {
        match step(app).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return tracing::warn!(%error, "clicks stay in the journal"),
        }
    }
}

/// Drains a copy of a journal into the copy of a database that was made after it, and so may be ahead of it: then it has
/// all that the journal holds.
pub async fn drain_copy(app: &App) -> AppResult<()> {
    let end = *app.journal().durable_end().borrow();
    while drained(app).await? < end && step(app).await? > 0 {}
    Ok(())
}

/// How much of the journal the database has.
async fn drained(app: &App) -> AppResult<u64> {
    let reader = app.store().read();
    let position = reader.journal_position(app.journal().name()).await?;
    Ok(u64::try_from(position).unwrap_or(0))
}

/// Moves one set. Tells how many records it had.
async fn step(app: &App) -> AppResult<usize> {
    let name = app.journal().name().to_owned();
    let position = drained(app).await?;
    let records = read(app, position).await?;
    let Some(next) = records.last().map(|record| record.next) else {
        return Ok(0);
    };
    let clicks: Arc<[Click]> = records.iter().filter_map(parse).collect();
    let store = app.store().beside();
    let moved = store.transact(move |tx| {
        let (name, clicks) = (name.clone(), Arc::clone(&clicks));
        Box::pin(async move {
            if tx.journal_position(&name).await? != i64::try_from(position).unwrap_or(i64::MAX) {
                // Another task was faster; the next step reads from where it came to.
                return Ok::<_, AppError>(());
            }
            tx.clicks_insert(&clicks).await?;
            for (project, figures) in click_rollups(&clicks) {
                tx.project(project).rollups().add(&figures).await?;
            }
            tx.set_journal_position(&name, i64::try_from(next).unwrap_or(i64::MAX))
                .await?;
            Ok(())
        })
    });
    moved.await?;
    if let Err(error) = app.journal().release(next) {
        tracing::warn!(%error, "drained segments of the journal could not be released");
    }
    Ok(records.len())
}

async fn read(app: &App, position: u64) -> AppResult<Vec<Record>> {
    let owned = app.clone();
    let read =
        tokio::task::spawn_blocking(move || match owned.journal().read_after(position, SET) {
            Err(JournalError::Corrupt { position, resume }) => {
                tracing::error!(
                    position,
                    resume,
                    "a stretch of the click journal cannot be read and is passed over"
                );
                owned.journal().read_after(resume, SET)
            }
            read => read,
        });
    let read = read
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(read.map_err(|error| StoreError::Unavailable(error.to_string()))?)
}

fn parse(record: &Record) -> Option<Click> {
    serde_json::from_slice(&record.payload)
        .inspect_err(|error| tracing::error!(%error, "a click of the journal is not understood"))
        .ok()
}
