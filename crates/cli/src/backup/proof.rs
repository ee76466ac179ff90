//! What came of bringing backups to life; it outlives whoever did it.

use std::{fs, path::Path};

use anyhow::Result;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::sync;

const NAME: &str = "proof.json";

/// What came of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// The backup that was tried last.
    pub(crate) backup: String,
    /// Whether it was what it should be.
    pub(crate) sound: bool,
    /// When the newest that was sound had been made.
    pub(crate) last_sound: Option<Timestamp>,
}

impl Proof {
    /// What is known of the backups in a folder.
    pub(crate) fn read(dir: &Path) -> Self {
        let text = fs::read(dir.join(NAME)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    pub(crate) fn keep(&self, dir: &Path) -> Result<()> {
        let mut file = NamedTempFile::new_in(dir)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.as_file().sync_all()?;
        file.persist(dir.join(NAME))?;
        Ok(sync(dir)?)
    }
}
