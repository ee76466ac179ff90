//! A backup every day, and each brought to life.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use chrono::Days;
use config::{Config, TimeOfDay};
use kernel::{Clock, SystemClock, Timestamp};
use telemetry::Lifecycle;
use tokio::time::Instant;

use super::state::State;
use crate::backup::{self, Manifest, Proof, Shelf, stream};

/// How often it looks whether there is something to do.
const LOOK: Duration = Duration::from_secs(1);
/// After a backup that failed.
const PAUSE: Duration = Duration::from_mins(5);
/// One that could not be brought to life is tried again, since it may have been for want of room.
const AGAIN: Duration = Duration::from_hours(1);

/// The part that makes backups.
pub(super) struct Nightly {
    config: Config,
    state: Arc<State>,
    /// No backup is made before.
    not_before: Option<Instant>,
    /// When a backup was last brought to life, or should have been.
    tried: Option<Instant>,
}

impl Nightly {
    pub(super) const fn new(config: Config, state: Arc<State>) -> Self {
        Self {
            config,
            state,
            not_before: None,
            tried: None,
        }
    }

    pub(super) async fn run(mut self, life: Lifecycle) {
        while !life.is_cancelled() {
            self.look().await;
            life.pause(LOOK).await;
        }
    }

    async fn look(&mut self) {
        let now = SystemClock.now();
        let mut newest = self.state.newest();
        if self.is_due(newest.as_ref().map(|(_, it)| it), now) {
            let begun = Instant::now();
            match Box::pin(self.make(now)).await {
                Ok((path, size)) => {
                    self.state.took("backup", begun);
                    tracing::info!(backup = %path, bytes = size, "a backup was made");
                    newest = self.state.newest();
                }
                Err(error) => {
                    self.not_before = Some(begun + PAUSE);
                    tracing::error!(error = format!("{error:#}"), "no backup could be made");
                }
            }
        }
        if let Some((name, manifest)) = newest {
            self.try_out(&name, &manifest).await;
        }
    }

    fn is_due(&self, newest: Option<&Manifest>, now: Timestamp) -> bool {
        if self.not_before.is_some_and(|it| Instant::now() < it) {
            return false;
        }
        let is_old = newest.is_none_or(|it| it.made_at < last(self.config.backup.at, now));
        self.state.take_wish() || is_old
    }

    async fn make(&self, now: Timestamp) -> Result<(String, u64)> {
        let shelf = Shelf::open(&self.state.dir)?;
        let (path, manifest) = backup::make(&self.config, &shelf, now).await?;
        for name in shelf.prune(usize::from(self.config.backup.keep))? {
            tracing::info!(backup = name, "an old backup was removed");
        }
        let oldest = backup::list(&self.state.dir)?.pop();
        if let Some(oldest) = oldest {
            let oldest = Manifest::read(&self.state.dir.join(oldest))?;
            stream::prune(&stream::folder(&self.state.dir), &oldest)
                .context("old changes cannot be removed")?;
        }
        let size = manifest.size();
        Ok((path.display().to_string(), size))
    }

    /// Brings it to life, unless that has been done.
    async fn try_out(&mut self, name: &str, manifest: &Manifest) {
        let mut proof = Proof::read(&self.state.dir);
        let soon = self.tried.is_some_and(|at| at.elapsed() < AGAIN);
        if proof.backup == name && (proof.sound || soon) {
            return;
        }
        let begun = Instant::now();
        self.tried = Some(begun);
        let path = self.state.dir.join(name);
        let sound = match Box::pin(backup::prove(&self.config, &path, manifest)).await {
            Ok(books) if books.are_sound => true,
            Ok(_) => {
                tracing::error!(backup = name, "the ledger of the backup does not add up");
                false
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(backup = name, error, "the backup cannot be brought to life");
                false
            }
        };
        self.state.took("verify", begun);
        if sound {
            tracing::info!(backup = name, "the backup was brought to life: it is good");
            proof.last_sound = Some(manifest.made_at);
        }
        let proof = Proof {
            backup: name.to_owned(),
            sound,
            ..proof
        };
        if let Err(error) = proof.keep(&self.state.dir) {
            tracing::error!(%error, "what came of the backup cannot be kept");
        }
    }
}

/// The last time that it was this time of day.
fn last(at: TimeOfDay, now: Timestamp) -> Timestamp {
    let today = now
        .date_naive()
        .and_hms_opt(at.hour.into(), at.minute.into(), 0);
    let today = today.map_or(now, |it| it.and_utc());
    if today <= now {
        return today;
    }
    today.checked_sub_days(Days::new(1)).unwrap_or(today)
}
