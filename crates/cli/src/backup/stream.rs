//! The archive of changes: what was committed after a backup, so that it can be restored to the second.
//!
//! Files in the folder `stream` beside the backups, each a line that says where it begins, and then pieces: a line that says what is in
//! the piece, and that, packed. A piece is appended every moment. What a file says it begins after has to be in the backup and the
//! pieces before it, so that nothing can be missing in between without being noticed.

mod archive;
mod base;
mod binlog;
mod extract;
mod statements;
mod wal;

use std::path::{Path, PathBuf};

use anyhow::Result;
use kernel::Timestamp;
use store::group::GtidSet;

pub(crate) use self::{
    archive::{Appender, Piece, Pieces, check, files, span, tail},
    base::{Base, revive},
    binlog::Splitter,
    extract::{Replayed, extract},
    wal::Place,
};
use super::Manifest;

/// How much of the changes that were archived after a backup is replayed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// Nothing: the backup as it is.
    Backup,
    /// What was committed up to this moment.
    Time(Timestamp),
    /// All of it.
    End,
}

/// Removes what no moment after the oldest backup needs.
pub(crate) fn prune(dir: &Path, oldest: &Manifest) -> Result<()> {
    match &oldest.mysql {
        None => base::prune(dir, oldest.taken_at()),
        Some(server) => match &server.gtid_executed {
            None => Ok(()),
            Some(executed) => {
                let in_oldest: GtidSet = executed.parse()?;
                archive::prune(dir, |piece| Ok(in_oldest.contains(&piece.holds.parse()?)))
            }
        },
    }
}

/// The archive beside the backups.
pub(crate) fn folder(backups: &Path) -> PathBuf {
    backups.join("stream")
}
