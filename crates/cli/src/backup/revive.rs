//! Bringing a backup to life, in a place where nobody looks.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use app::{audit, clicks};
use config::{Backend, Config, MasterSecret};

use super::{
    DATABASE, JOURNAL, Keys, SECRET,
    manifest::Manifest,
    seal::plain_name,
    stream::{self, Replayed, Until},
};
use crate::{
    commands::{Books, check_books},
    installation::{Installation, open_journal},
};

/// Copies a backup into `scratch`, an empty folder, and checks it on the way; opens the copy, which brings its schema up to
/// date; drains the clicks that were not in the database yet; and checks its ledger. Then
/// `scratch/inviter.db` is a whole database, and its journal is not needed any more. The restore is on its audit trail,
/// under the name of the backup, where one is given.
pub(crate) async fn revive(
    config: &Config,
    (backup, manifest): (&Path, &Manifest),
    scratch: &Path,
    until: Until,
    restored_as: Option<&str>,
) -> Result<(Books, Option<Replayed>)> {
    let keys = Keys::of(config)?;
    copy(&keys, backup, manifest, scratch)
        .with_context(|| format!("the backup {} cannot be used", backup.display()))?;
    let database = scratch.join(DATABASE);
    let found = store::contents(&database).await;
    let found = found.with_context(|| format!("the database of {}", backup.display()))?;
    ensure!(
        found == manifest.contents,
        "the database of {} does not hold what its manifest says: use another backup",
        backup.display()
    );
    let archive = stream::folder(&config.backup.dir);
    let replay = |to| stream::revive(&archive, &keys, (manifest.taken_at(), to), &database);
    let replayed = match until {
        Until::Backup => None,
        Until::Time(to) => replay(Some(to))?,
        Until::End => replay(None)?,
    };
    let mut config = config.clone();
    scratch.clone_into(&mut config.data_dir);
    config.database.backend = Backend::Sqlite { path: database };
    config.clicks.journal_dir = scratch.join(JOURNAL);
    config.security.secret = MasterSecret::Kept(scratch.join(SECRET));
    let journal = open_journal(&config)?;
    let installation = Installation::open(config, Some(journal)).await?;
    let outcome = look(&installation, restored_as).await;
    installation.app.store().close().await?;
    installation.close().await;
    Ok((outcome?, replayed))
}

async fn look(installation: &Installation, restored_as: Option<&str>) -> Result<Books> {
    let (app, ctx) = (&installation.app, installation.ctx());
    clicks::drain_copy(app)
        .await
        .context("the clicks of the journal cannot be drained")?;
    if let Some(backup) = restored_as {
        audit::record_restore(app, &ctx, backup).await?;
    }
    check_books(app.store()).await
}

/// Copies what the manifest names, as it was before it was packed.
fn copy(keys: &Keys, backup: &Path, manifest: &Manifest, scratch: &Path) -> Result<()> {
    manifest.check(backup)?;
    for name in manifest.files.keys() {
        let target = scratch.join(plain_name(name));
        fs::create_dir_all(target.parent().unwrap_or(scratch))?;
        let mut source = keys.unpacking(name, File::open(backup.join(name))?)?;
        let mut options = OpenOptions::new();
        let mut target = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(target)?;
        io::copy(&mut source, &mut target).with_context(|| format!("{name} cannot be unpacked"))?;
        target.sync_all()?;
    }
    Ok(())
}
