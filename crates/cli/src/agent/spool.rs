//! What `mysqlbinlog` writes: files with the names that the server gives them, one after the other.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use anyhow::Result;
use tempfile::TempDir;

/// At most so much is handed on at once.
const BLOCK: u64 = 8 << 20;

/// The files, read while they are written.
pub(super) struct Spool {
    home: TempDir,
    file: Option<PathBuf>,
    /// How much of the file was read.
    read: u64,
}

/// What came.
pub(super) enum News {
    /// Nothing yet.
    None,
    /// More of the log.
    More(Vec<u8>),
    /// The log has ended, and another one begins.
    Next,
}

impl Spool {
    pub(super) fn new(place: &Path) -> Result<Self> {
        let home = tempfile::Builder::new()
            .prefix(".stream-")
            .tempdir_in(place)?;
        Ok(Self {
            home,
            file: None,
            read: 0,
        })
    }

    /// What file names have to begin with to lie in here.
    pub(super) fn prefix(&self) -> String {
        format!("{}/", self.home.path().display())
    }

    /// How much of the present file there is.
    pub(super) const fn size(&self) -> u64 {
        self.read
    }

    pub(super) fn next(&mut self) -> Result<News> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.home.path())? {
            files.push(entry?.path());
        }
        // The numbers at their ends have as many digits.
        files.sort_unstable();
        let Some(present) = self.file.clone().or_else(|| files.first().cloned()) else {
            return Ok(News::None);
        };
        let later = files.into_iter().find(|file| *file > present);
        let mut file = File::open(&present)?;
        file.seek(SeekFrom::Start(self.read))?;
        let mut more = Vec::new();
        file.take(BLOCK).read_to_end(&mut more)?;
        self.file = Some(present.clone());
        self.read += more.len() as u64;
        if !more.is_empty() {
            return Ok(News::More(more));
        }
        // Whatever was in it was there before the next one was.
        if later.is_some() {
            fs::remove_file(present)?;
            self.file = later;
            self.read = 0;
            return Ok(News::Next);
        }
        Ok(News::None)
    }
}
