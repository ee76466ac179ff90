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
    DATABASE, JOURNAL, SECRET, Shelf, database,
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
    let unfinished = shelf.begin()?;
    let dir = unfinished.path();
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
    let manifest = Manifest::new(now, contents, described(dir)?);
    manifest.write(dir)?;
    Ok((shelf.finish(unfinished, now)?, manifest))
}

/// Every file of the backup, durable.
fn described(dir: &Path) -> Result<BTreeMap<String, Described>> {
    let mut files = BTreeMap::new();
    let journal = dir.join(JOURNAL);
    for folder in [dir, &journal] {
        if !folder.exists() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_file() {
                let file = File::open(&path)?;
                file.sync_all()?;
                let name = path.strip_prefix(dir)?.to_string_lossy().into_owned();
                files.insert(name, Described::passing(file, io::sink())?);
            }
        }
        sync(folder)?;
    }
    Ok(files)
}
