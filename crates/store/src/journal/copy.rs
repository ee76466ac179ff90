//! A copy of a journal that is in use, and a journal put aside that is not.
//!
//! Whoever copies the journal first and the database after it has every record that was acknowledged before, once:
//!
//! - A record is in its file before its caller hears of it, so whoever reads the file later meets it. What is there in
//!   part was not acknowledged when the copy began; recovery drops it like the end that a crash cut short.
//! - A segment is begun when the one before it is full. Read from the last to the first, no segment lacks records that
//!   stand before those of a later one.
//! - A segment that goes away or turns to zeros while it is read was released, and so its records were committed to the
//!   database before: the copy of the database, which comes later, has them.
//! - The database holds, in the same commit as the records, the position up to which it has them. Draining begins there:
//!   nothing is added twice, and what the copy says of lower positions is never read. Where the database is ahead of the
//!   whole copy, it has all of it.
//!
//! The last point is also why such a copy must be drained and then left: a journal of this name that went on from the end of
//! the copy would give positions again that the database takes for drained.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{JournalError, recovery, segment};

const BLOCK: usize = 256 * 1024;
/// Whatever else a journal leaves in its directory.
const OTHERS: [&str; 3] = ["name", "spare", "unready"];

/// Copies the journal in `dir`, which may be in use, to `to`, which does not exist. Without a journal nothing is done.
pub fn copy_journal(dir: &Path, to: &Path) -> io::Result<()> {
    if !dir.join("name").try_exists()? {
        return Ok(());
    }
    fs::create_dir(to)?;
    fs::copy(dir.join("name"), to.join("name"))?;
    for base in segment::list(dir)?.into_keys().rev() {
        match copy_segment(&segment::path(dir, base), &segment::path(to, base)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Blocks of zeros, of which a segment is made at first, take no place in the copy.
fn copy_segment(from: &Path, to: &Path) -> io::Result<()> {
    let from = File::open(from)?;
    let mut to = File::create_new(to)?;
    let mut block = Vec::with_capacity(BLOCK);
    let mut length = 0;
    loop {
        block.clear();
        let read = (&from).take(BLOCK as u64).read_to_end(&mut block)?;
        if read == 0 {
            return to.set_len(length);
        }
        if block.iter().any(|byte| *byte != 0) {
            to.seek(SeekFrom::Start(length))?;
            to.write_all(&block)?;
        }
        length += read as u64;
    }
}

/// The directory of a journal that nobody uses, or can, as long as this is held.
#[derive(Debug)]
pub struct IdleJournal {
    dir: PathBuf,
    _lock: File,
}

impl IdleJournal {
    /// Makes the directory where there is none.
    ///
    /// # Errors
    /// [`JournalError::Locked`], [`JournalError::Io`].
    pub fn hold(dir: &Path) -> Result<Self, JournalError> {
        fs::create_dir_all(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            _lock: recovery::lock(dir)?,
        })
    }

    /// Moves the journal into the directory `name` in its own, so that the next one to be opened is a new one. Gives where
    /// it lies, if there was one.
    pub fn put_aside(&self, name: &str) -> io::Result<Option<PathBuf>> {
        let others = OTHERS.into_iter().map(|name| self.dir.join(name));
        let segments = segment::list(&self.dir)?.into_keys();
        let files: Vec<PathBuf> = segments
            .map(|base| segment::path(&self.dir, base))
            .chain(others)
            .filter(|path| path.exists())
            .collect();
        if files.is_empty() {
            return Ok(None);
        }
        let aside = self.dir.join(name);
        fs::create_dir(&aside)?;
        for path in &files {
            fs::rename(path, aside.join(path.file_name().unwrap_or_default()))?;
        }
        segment::sync_dir(&aside)?;
        segment::sync_dir(&self.dir)?;
        Ok(Some(aside))
    }
}
