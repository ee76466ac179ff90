//! Who uses a SQLite database, and who may put another one in its place.
//!
//! SQLite's own locks do not tell. A process whose pool has no connection open at the moment holds none; and one that has
//! would go on writing to the file it knows after another has taken its name, with a write-ahead log that belongs to
//! neither. So a file beside the database is locked instead: shared by all that use it, exclusively by whoever replaces it.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::error::{StoreError, StoreResult};

/// The path with more at its end: SQLite names its files so.
fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(suffix);
    path.into()
}

fn open(database: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(beside(database, ".lock"))
}

/// Takes part in the use of a database, for as long as the file is open.
pub(crate) fn share(database: &Path) -> StoreResult<File> {
    let shown = database.display();
    let refused = |cause: String| StoreError::Unavailable(format!("{shown}: {cause}"));
    let mut file = open(database).map_err(|error| refused(error.to_string()))?;
    match file.try_lock_shared() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(refused(
                "it is being restored; wait until that ends".to_owned(),
            ));
        }
        Err(TryLockError::Error(error)) => return Err(refused(error.to_string())),
    }
    let mut mark = [0];
    match file.read(&mut mark) {
        Ok(0) => Ok(file),
        Ok(_) => Err(refused(
            "a restore was cut short; run `inviter restore` again".to_owned(),
        )),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// The right to put another file in the place of a SQLite database: nobody else has it open.
#[derive(Debug)]
pub struct Replacement {
    database: PathBuf,
    lock: File,
}

impl Replacement {
    /// Takes the right; `None` where a process uses the database.
    pub fn begin(database: &Path) -> io::Result<Option<Self>> {
        let lock = open(database)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                database: database.to_owned(),
                lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Gives the database that is there and its write-ahead log another name, and their names to `new`. `meanwhile` is run
    /// when the old ones are gone. Until all of it is done no store opens, not even after a crash: it would find half of the
    /// one and half of the other, or nothing and begin anew. Then it has to be done again.
    ///
    /// Gives the new name of the old database, if there was one.
    pub fn install(
        mut self,
        new: &Path,
        aside: &str,
        meanwhile: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<Option<PathBuf>> {
        self.lock.write_all(b"!")?;
        self.lock.sync_all()?;
        let kept = beside(&self.database, aside);
        let mut was_there = false;
        for suffix in ["-wal", "-shm", ""] {
            let old = beside(&self.database, suffix);
            if old.try_exists()? {
                std::fs::rename(old, beside(&kept, suffix))?;
                was_there = true;
            }
        }
        meanwhile()?;
        std::fs::rename(new, &self.database)?;
        let folder = self
            .database
            .parent()
            .filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        self.lock.set_len(0)?;
        self.lock.sync_all()?;
        Ok(was_there.then_some(kept))
    }
}
