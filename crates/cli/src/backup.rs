//! Backups of an installation: a folder for each, with a manifest, and the archive of what was changed since.
//!
//! What is in it, on SQLite: `inviter.db`, the journal `clicks` as it was a moment before, and `secret.key` where the installation made
//! its secret itself; on MySQL: `inviter.sql`. All of it is encrypted where there is a key for that. `manifest.json` is written last.

mod make;
pub(crate) mod manifest;
pub(crate) mod mysql;
mod proof;
mod revive;
mod seal;
mod shelf;
pub(crate) mod stream;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use config::{Backend, Config};
use kernel::Timestamp;
use tokio::task::spawn_blocking;

use crate::{commands::Books, installation::make_data_dir};

pub(crate) use self::{
    make::described,
    manifest::Manifest,
    proof::Proof,
    revive::revive,
    seal::{Keys, new_pair},
    shelf::{Shelf, find, list},
};

/// The database in a backup.
pub(crate) const DATABASE: &str = "inviter.db";
/// The journal in a backup.
const JOURNAL: &str = "clicks";
/// The secret in a backup.
pub(crate) const SECRET: &str = "secret.key";

/// The database file that is backed up, or that a backup replaces.
pub(crate) fn database(config: &Config) -> Result<PathBuf> {
    match &config.database.backend {
        Backend::Sqlite { path } => Ok(path.clone()),
        Backend::MySql { .. } => bail!(
            "this is a backup of SQLite, and `database.url` names a MySQL database: `inviter migrate-store` goes from one to the other"
        ),
    }
}

/// Makes a backup on the shelf; it is there whole, or not at all.
pub(crate) async fn make(
    config: &Config,
    shelf: &Shelf,
    now: Timestamp,
) -> Result<(PathBuf, Manifest)> {
    match &config.database.backend {
        Backend::Sqlite { .. } => make::make(config, shelf, now).await,
        Backend::MySql { .. } => mysql::make(config, shelf, now).await,
    }
}

/// Brings a backup to life in a scratch place, with what was archived since, and checks what comes out.
pub(crate) async fn prove(config: &Config, backup: &Path, manifest: &Manifest) -> Result<Books> {
    make_data_dir(config)?;
    let archive = stream::folder(&config.backup.dir);
    spawn_blocking(move || stream::check(&archive)).await??;
    if manifest.mysql.is_none() {
        let scratch = tempfile::tempdir_in(&config.data_dir)?;
        let until = stream::Until::End;
        let revived = revive(config, (backup, manifest), scratch.path(), until, None).await;
        return Ok(revived?.0);
    }
    let scratch = mysql::Scratch::start(&config.data_dir).await?;
    let config = scratch.config(config);
    let client = mysql::Client::new(&mysql::Target::of(&config)?)?;
    let until = stream::Until::End;
    let brought = mysql::bring(&config, &client, (backup, manifest), until, None).await;
    Ok(brought?.0)
}

/// The folder of the backups where none is named.
pub(crate) fn folder(config: &Config, named: Option<PathBuf>) -> PathBuf {
    named.unwrap_or_else(|| config.backup.dir.clone())
}

/// A moment as part of a file name: such names sort by time.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.format("%Y%m%dT%H%M%S%3fZ").to_string()
}

/// Makes what a file or folder holds durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
