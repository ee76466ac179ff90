//! Making a backup of an installation that runs.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use config::{Config, MasterSecret};
use kernel::Timestamp;

use super::{
    DATABASE, JOURNAL, Keys, SECRET, Shelf, database,
    manifest::{Described, Manifest},
    sync,
};

/// Makes a backup on the shelf; it is there whole, or not at all.
pub(crate) async fn make(
    config: &Config,
    shelf: &Shelf,
    now: Timestamp,
) -> Result<(PathBuf, Manifest)> {
    let source = database(config)?;
    let shown = source.display();
    fs::metadata(&source).with_context(|| format!("there is no database {shown}"))?;
    let keys = Keys::of(config)?;
    let unfinished = shelf.begin()?;
    // What is to be encrypted does not lie among the backups as it is, not even for a moment.
    let open = tempfile::Builder::new()
        .prefix(".backup-")
        .tempdir_in(&config.data_dir)?;
    let dir = if keys.encrypt() {
        open.path()
    } else {
        unfinished.path()
    };
    // In this order: what drains from the journal meanwhile is then in both, and counts once. The other way round it would
    // be in neither. The store says why this is all that is needed (`journal/copy.rs`).
    store::copy_journal(&config.clicks.journal_dir, &dir.join(JOURNAL))
        .context("the click journal cannot be copied")?;
    let copy = dir.join(DATABASE);
    let copied = store::snapshot(&source, &copy).await;
    copied.with_context(|| format!("the database {shown} cannot be copied"))?;
    if let MasterSecret::Kept(path) = &config.security.secret
        && path.exists()
    {
        fs::copy(path, dir.join(SECRET))
            .with_context(|| format!("the secret {} cannot be copied", path.display()))?;
    }
    let contents = store::contents(&copy).await;
    let contents = contents.with_context(|| {
        format!("the copy of {shown} is not sound: `inviter doctor` looks at the original")
    })?;
    if keys.encrypt() {
        pack(&keys, dir, unfinished.path())?;
    }
    let manifest = Manifest::new(now, contents, described(unfinished.path())?);
    manifest.write(unfinished.path())?;
    Ok((shelf.finish(unfinished, now)?, manifest))
}

/// Packs every file into the same place in another folder.
fn pack(keys: &Keys, from: &Path, to: &Path) -> Result<()> {
    for path in files(from)? {
        let name = path.strip_prefix(from)?.to_string_lossy();
        let packed = to.join(keys.packed_name(&name));
        fs::create_dir_all(packed.parent().unwrap_or(to))?;
        let mut packing = keys.packing(File::create_new(packed)?)?;
        io::copy(&mut File::open(&path)?, &mut packing)?;
        packing.finish()?;
    }
    Ok(())
}

/// Every file of the backup, durable.
pub(crate) fn described(dir: &Path) -> Result<BTreeMap<String, Described>> {
    let mut found = BTreeMap::new();
    for path in files(dir)? {
        let file = File::open(&path)?;
        file.sync_all()?;
        let name = path.strip_prefix(dir)?.to_string_lossy().into_owned();
        found.insert(name, Described::of(file)?);
    }
    for folder in [dir, &dir.join(JOURNAL)] {
        if folder.exists() {
            sync(folder)?;
        }
    }
    Ok(found)
}

/// The files in a folder and in the journal in it.
fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in [dir, &dir.join(JOURNAL)] {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            files.push(entry?.path());
        }
    }
    files.retain(|path| path.is_file());
    Ok(files)
}
