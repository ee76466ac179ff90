//! Backups of an installation on SQLite: a folder for each, with a manifest.
//!
//! What is in it: `inviter.db`, the journal `clicks` as it was a moment before, `secret.key` where the installation made its
//! secret itself, and `manifest.json`, which is written last.

mod make;
mod manifest;
mod revive;
mod shelf;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use config::{Backend, Config};
use kernel::Timestamp;

pub(crate) use self::{
    make::make,
    manifest::Manifest,
    revive::revive,
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
            "this installation is on MySQL: its backups belong to the tools of the deployment, such as `mysqldump --single-transaction` with the binary log"
        ),
    }
}

/// The folder of the backups where none is named.
pub(crate) fn folder(config: &Config, named: Option<PathBuf>) -> PathBuf {
    named.unwrap_or_else(|| config.data_dir.join("backups"))
}

/// A moment as part of a file name: such names sort by time.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.format("%Y%m%dT%H%M%S%3fZ").to_string()
}

/// Makes what a file or folder holds durable.
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
