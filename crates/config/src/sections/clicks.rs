//! `[clicks]`

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// How clicks on invite links are kept.
#[derive(Debug, Clone, Serialize)]
pub struct Clicks {
    /// Directory of the journal.
    pub journal_dir: PathBuf,
    /// A journal file is closed at this size, in bytes.
    #[serde(serialize_with = "shown::bytes")]
    pub segment_bytes: u64,
    /// Whether no hash of the visitor's address and browser is kept.
    pub privacy: bool,
}

impl Clicks {
    pub(crate) fn read(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Self> {
        let journal_dir = keys.path("clicks.journal_dir", || data_dir.join("clicks"));
        let segment_bytes = keys.bytes("clicks.segment_bytes", 64 * 1024);
        let privacy = keys.flag("clicks.privacy");
        Ok(Self {
            journal_dir: journal_dir?,
            segment_bytes: segment_bytes?,
            privacy: privacy?,
        })
    }
}
