//! `inviter backup`.

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use config::Config;
use indicatif::HumanBytes;
use kernel::{Clock, SystemClock};

use crate::{
    args::{Backup, BackupWork},
    backup::{self, Manifest, Shelf},
    output::{progress, say},
};

pub(super) async fn run(config: Config, wanted: Backup) -> Result<ExitCode> {
    match wanted.command {
        None => make(&config, wanted).await,
        Some(BackupWork::List { from }) => list(&backup::folder(&config, from)),
        Some(BackupWork::Verify { backup, from }) => {
            let folder = backup::folder(&config, from);
            verify(&config, &backup::find(&folder, backup.as_deref())?).await
        }
    }
}

async fn make(config: &Config, wanted: Backup) -> Result<ExitCode> {
    backup::database(config)?;
    let shelf = Shelf::open(&backup::folder(config, wanted.to))?;
    let progress = progress("backups");
    let (path, manifest) = backup::make(config, &shelf, SystemClock.now()).await?;
    progress.finish_and_clear();
    say(format_args!(
        "{}: {}, {} rows",
        path.display(),
        HumanBytes(manifest.size()),
        manifest.contents.rows.values().sum::<i64>()
    ))?;
    if let Some(keep) = wanted.keep {
        for name in shelf.prune(usize::from(keep))? {
            say(format_args!("removed {name}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(folder: &Path) -> Result<ExitCode> {
    for name in backup::list(folder)? {
        match Manifest::read(&folder.join(&name)) {
            Ok(manifest) => say(format_args!(
                "{name}  {}  Inviter {}",
                HumanBytes(manifest.size()),
                manifest.program
            ))?,
            Err(error) => say(format_args!("{name}  UNUSABLE: {error:#}"))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(config: &Config, path: &Path) -> Result<ExitCode> {
    let manifest = Manifest::read(path)?;
    let scratch = tempfile::tempdir()?;
    let books = backup::revive(config, path, &manifest, scratch.path(), None).await?;
    say(format_args!(
        "{}: made {} by Inviter {}, every file is as it was written",
        path.display(),
        manifest.made_at.format("%F %T UTC"),
        manifest.program
    ))?;
    books.tell()
}
