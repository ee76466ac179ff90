//! `inviter restore` on SQLite.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use config::{Config, MasterSecret};
use kernel::{Clock, SystemClock};
use store::{IdleJournal, JournalError, Replacement};
use tempfile::NamedTempFile;

use super::{tell, until};

use crate::{
    args::Restore,
    backup::{self, DATABASE, Manifest, SECRET},
    installation::make_data_dir,
    output::say,
};

pub(super) async fn restore(config: Config, from: &Path, wanted: &Restore) -> Result<ExitCode> {
    let begun = Instant::now();
    let database = backup::database(&config)?;
    let manifest = Manifest::read(from)?;
    let place = Place::hold(&config, database)?;
    let shown = place.database.display();
    if place.database.exists() && !wanted.force {
        bail!("{shown} is there already: with --force it is put aside and replaced");
    }
    // On the same file system: the database only has to be renamed.
    let scratch = tempfile::Builder::new()
        .prefix(".restoring-")
        .tempdir_in(place.folder())?;
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let brought = (from, &manifest);
    let until = until(wanted);
    let revived = backup::revive(&config, brought, scratch.path(), until, Some(&name)).await;
    let (books, replayed) = revived?;
    if !books.are_sound && !wanted.force {
        books.tell()?;
        bail!("nothing was changed: use another backup, or this one all the same with --force");
    }
    let shown = shown.to_string();
    let has_secret = manifest.files.contains_key(SECRET);
    let old = place.install(&config, scratch.path(), has_secret)?;
    say(format_args!(
        "{shown} is what {name} holds, made {} by Inviter {}",
        manifest.made_at.format("%F %T UTC"),
        manifest.program
    ))?;
    tell(replayed, wanted)?;
    if has_secret && matches!(config.security.secret, MasterSecret::Given(_)) {
        say("The secret of the backup is not used: the configuration gives one.")?;
    }
    for path in old {
        say(format_args!(
            "kept, until you remove it: {}",
            path.display()
        ))?;
    }
    say(format_args!(
        "It took {:.1} s.",
        begun.elapsed().as_secs_f64()
    ))?;
    books.tell()
}

/// Where the backup goes; nobody else uses it.
struct Place {
    database: PathBuf,
    replacement: Replacement,
    journal: IdleJournal,
}

impl Place {
    fn hold(config: &Config, database: PathBuf) -> Result<Self> {
        make_data_dir(config)?;
        fs::create_dir_all(folder(&database))?;
        let shown = database.display();
        let in_use = || {
            format!(
                "a process of Inviter uses {shown}: stop the server and its workers, then restore again"
            )
        };
        let replacement = Replacement::begin(&database)
            .with_context(|| format!("{shown} cannot be locked"))?
            .with_context(in_use)?;
        let dir = &config.clicks.journal_dir;
        let journal = IdleJournal::hold(dir).map_err(|error| match error {
            JournalError::Locked(_) => anyhow::anyhow!(in_use()),
            error => anyhow::Error::new(error).context(format!(
                "the click journal in {} cannot be locked",
                dir.display()
            )),
        })?;
        Ok(Self {
            database,
            replacement,
            journal,
        })
    }

    fn folder(&self) -> &Path {
        folder(&self.database)
    }

    /// Puts what was made in `scratch` in its place; gives where that which was there lies now.
    fn install(self, config: &Config, scratch: &Path, has_secret: bool) -> Result<Vec<PathBuf>> {
        let aside = format!(".replaced-{}", backup::stamp(SystemClock.now()));
        let mut old = Vec::new();
        let meanwhile = || {
            // Its clicks belong to the old database: the new one has those of the backup.
            old.extend(self.journal.put_aside(aside.trim_start_matches('.'))?);
            if let (MasterSecret::Kept(path), true) = (&config.security.secret, has_secret) {
                old.extend(replace(path, &fs::read(scratch.join(SECRET))?, &aside)?);
            }
            Ok(())
        };
        let new = scratch.join(DATABASE);
        let installed = self.replacement.install(&new, &aside, meanwhile);
        old.extend(installed.with_context(|| {
            format!(
                "the backup could not be put in place of {}: put right what is wrong and restore again; until then no server starts on it",
                self.database.display()
            )
        })?);
        Ok(old)
    }
}

/// Writes a file, whole and for its owner only. Gives the new name of one with other contents that was there.
fn replace(path: &Path, contents: &[u8], aside: &str) -> io::Result<Option<PathBuf>> {
    let mut kept = None;
    if path.try_exists()? {
        if fs::read(path)? == contents {
            return Ok(None);
        }
        let mut name = path.as_os_str().to_owned();
        name.push(aside);
        fs::rename(path, &name)?;
        kept = Some(name.into());
    }
    let mut file = NamedTempFile::new_in(folder(path))?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    backup::sync(folder(path))?;
    Ok(kept)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
