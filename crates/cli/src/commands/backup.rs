//! `inviter backup`.

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use config::Config;
use indicatif::HumanBytes;
use kernel::{Clock, SystemClock};

use crate::{
    args::{Backup, BackupWork},
    backup::{self, Manifest, Proof, Shelf},
    installation::make_data_dir,
    output::{progress, say},
};

pub(super) async fn run(config: Config, wanted: Backup) -> Result<ExitCode> {
    match wanted.command {
        None => make(&config, wanted).await,
        Some(BackupWork::Keygen) => keygen(),
        Some(BackupWork::List { from }) => list(&backup::folder(&config, from)),
        Some(BackupWork::Verify { backup, from }) => {
            let mut config = config;
            config.backup.dir = backup::folder(&config, from);
            let path = backup::find(&config.backup.dir, backup.as_deref())?;
            verify(&config, &path).await
        }
    }
}

async fn make(config: &Config, wanted: Backup) -> Result<ExitCode> {
    make_data_dir(config)?;
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

/// Prints a pair as age does: the file as a whole is what `backup.identity_file` names.
pub(super) fn keygen() -> Result<ExitCode> {
    let (identity, recipient) = backup::new_pair();
    say("# The private key opens the backups: keep a copy of it where they are not.")?;
    say(format_args!("# public key: {recipient}"))?;
    say(&identity)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn list(folder: &Path) -> Result<ExitCode> {
    let names = backup::list(folder)?;
    if names.is_empty() {
        say(format_args!(
            "There is no backup in {}: `inviter backup` makes one",
            folder.display()
        ))?;
    }
    let proof = Proof::read(folder);
    for name in names {
        let verified = if proof.sound && proof.backup == name {
            "  verified"
        } else {
            ""
        };
        match Manifest::read(&folder.join(&name)) {
            Ok(manifest) => say(format_args!(
                "{name}  {}  {}  Inviter {}{verified}",
                HumanBytes(manifest.size()),
                manifest.kind(),
                manifest.program
            ))?,
            Err(error) => say(format_args!("{name}  UNUSABLE: {error:#}"))?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(config: &Config, path: &Path) -> Result<ExitCode> {
    let manifest = Manifest::read(path)?;
    let books = backup::prove(config, path, &manifest).await?;
    say(format_args!(
        "{}: made {} by Inviter {}, every file is as it was written",
        path.display(),
        manifest.made_at.format("%F %T UTC"),
        manifest.program
    ))?;
    books.tell()
}
