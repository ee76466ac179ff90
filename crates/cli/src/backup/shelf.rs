//! The folder in which backups lie.

use std::{
    fs::{self, File, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use kernel::Timestamp;
use tempfile::TempDir;

use super::{stamp, sync};
use crate::installation::make_private_dir;

const PREFIX: &str = "inviter-";
/// What is being made, or was when its process died.
const UNFINISHED: &str = ".unfinished-";

/// A folder of backups that nobody else changes.
pub(crate) struct Shelf {
    dir: PathBuf,
    _lock: File,
}

impl Shelf {
    /// Opens the folder, or makes it, for its owner only. What an interrupted backup left is removed.
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        let shown = dir.display();
        make_private_dir(dir).with_context(|| format!("the folder {shown} cannot be made"))?;
        let mut options = OpenOptions::new();
        let lock = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(dir.join(".lock"))
            .with_context(|| format!("{shown} cannot be written to"))?;
        if lock.try_lock().is_err() {
            bail!("another process makes a backup in {shown}: wait until it has ended")
        }
        for name in names(dir, UNFINISHED)? {
            fs::remove_dir_all(dir.join(name))?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            _lock: lock,
        })
    }

    /// A folder on the shelf that is no backup yet.
    pub(super) fn begin(&self) -> Result<TempDir> {
        Ok(tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempdir_in(&self.dir)?)
    }

    /// Gives a finished folder the name of a backup, and so makes it one. All that it holds is durable.
    pub(super) fn finish(&self, unfinished: TempDir, at: Timestamp) -> Result<PathBuf> {
        sync(unfinished.path())?;
        let backup = self.dir.join(format!("{PREFIX}{}", stamp(at)));
        ensure!(!backup.exists(), "{} is there already", backup.display());
        fs::rename(unfinished.path(), &backup)?;
        // It is not there any more under the name that would be removed.
        let _ = unfinished.keep();
        sync(&self.dir)?;
        Ok(backup)
    }

    /// Removes all but the newest `keep` backups; gives their names.
    pub(crate) fn prune(&self, keep: usize) -> Result<Vec<String>> {
        let old: Vec<String> = list(&self.dir)?.into_iter().skip(keep).collect();
        for name in &old {
            // What is removed in part is no backup any more.
            let doomed = self.dir.join(format!("{UNFINISHED}{name}"));
            fs::rename(self.dir.join(name), &doomed)?;
            fs::remove_dir_all(doomed)?;
        }
        Ok(old)
    }
}

/// The names of the backups in a folder, newest first.
pub(crate) fn list(dir: &Path) -> Result<Vec<String>> {
    names(dir, PREFIX)
}

fn names(dir: &Path, prefix: &str) -> Result<Vec<String>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("{} cannot be read", dir.display()))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        names.extend(
            name.into_string()
                .ok()
                .filter(|name| name.starts_with(prefix)),
        );
    }
    names.sort_unstable_by(|one, other| other.cmp(one));
    Ok(names)
}

/// The backup that is meant: a name in the folder, a path, or else the newest.
pub(crate) fn find(dir: &Path, wanted: Option<&Path>) -> Result<PathBuf> {
    let Some(wanted) = wanted else {
        let newest = list(dir)?.into_iter().next();
        return newest.map(|name| dir.join(name)).with_context(|| {
            format!(
                "there is no backup in {}: name its folder with --from",
                dir.display()
            )
        });
    };
    [dir.join(wanted), wanted.to_owned()]
        .into_iter()
        .find(|path| path.is_dir())
        .with_context(|| {
            format!(
                "there is no backup {} in {}: `inviter backup list` shows those that are there",
                wanted.display(),
                dir.display()
            )
        })
}
