//! `inviter backup-agent`: makes backups, tries each out, and archives what is changed in between.

mod binlogs;
mod listener;
mod nightly;
mod pages;
mod spool;
mod state;

use std::{fs, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use config::{Backend, Config};
use telemetry::{Lifecycle, Readiness};
use tokio::net::TcpListener;

use self::{binlogs::Binlogs, nightly::Nightly, pages::Pages, state::State};
use crate::{backup::Keys, installation::make_data_dir};

/// In `data_dir`.
const SCRATCH: &str = ".backup-agent";
/// What is under way gets this long when the agent is told to stop. A backup that is not whole by then is none.
const GRACE: Duration = Duration::from_secs(5);

/// Works until a signal comes.
pub(crate) async fn run(mut config: Config) -> Result<()> {
    // Whatever it makes for a while is in here: what one leaves that was killed, the next one removes.
    config.data_dir.push(SCRATCH);
    if config.data_dir.exists() {
        fs::remove_dir_all(&config.data_dir)?;
    }
    make_data_dir(&config)?;
    if !Keys::of(&config)?.encrypt() {
        tracing::warn!("backup.recipient_file is not set: backups are not encrypted");
    }
    let bind = config.backup.bind;
    let bound = TcpListener::bind(bind).await;
    let listener = bound.with_context(|| format!("{bind} (backup.bind) cannot be listened on"))?;
    let address = listener.local_addr()?;
    let (life, readiness) = (Lifecycle::default(), Readiness::default());
    let state = Arc::new(State::new(&config));
    match config.database.backend {
        Backend::MySql { .. } => {
            let binlogs = Binlogs::new(&config, Arc::clone(&state))?;
            life.spawn("changes", binlogs.run(life.clone()));
        }
        Backend::Sqlite { .. } => {
            let pages = Pages::new(&config, Arc::clone(&state))?;
            life.spawn("changes", pages.run(life.clone()));
        }
    }
    let nightly = Nightly::new(config, Arc::clone(&state));
    life.spawn("backups", nightly.run(life.clone()));
    life.spawn("listener", listener::listen(listener, state, life.clone()));
    readiness.ready();
    tracing::info!(%address, "looking after the backups");
    life.until_stopped(&readiness, Duration::ZERO, GRACE)
        .await?;
    tracing::info!("stopped");
    Ok(())
}
