//! `inviter restore`.

mod file;
mod server;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use config::{Backend, Config};
use kernel::Timestamp;

use super::{briefly, load};
use crate::{
    args::{Globals, Restore},
    backup::{
        self, Manifest,
        stream::{self, Replayed, Until},
    },
    output::say,
};

pub(super) fn run(globals: &Globals, wanted: &Restore) -> Result<ExitCode> {
    let configured = load(globals)?;
    let folder = backup::folder(&configured, wanted.from.clone());
    if wanted.list {
        return list(&folder);
    }
    let from = chosen(&folder, wanted)?;
    let on_mysql = matches!(configured.database.backend, Backend::MySql { .. });
    let mut config = match &wanted.into {
        Some(into) if !on_mysql => load(&globals.all_in(Path::new(into)))?,
        _ => configured,
    };
    config.backup.dir = folder;
    briefly(config, async |config| {
        Box::pin(restore(config, &from, wanted)).await
    })
}

async fn restore(config: Config, from: &Path, wanted: &Restore) -> Result<ExitCode> {
    match &config.database.backend {
        Backend::Sqlite { .. } => file::restore(config, from, wanted).await,
        Backend::MySql { .. } => server::restore(config, from, wanted).await,
    }
}

/// Which backup it begins with.
fn chosen(folder: &Path, wanted: &Restore) -> Result<PathBuf> {
    let Some(to) = wanted.to else {
        return backup::find(folder, wanted.backup.as_deref());
    };
    let mut oldest = None;
    for name in backup::list(folder)? {
        // One that cannot be read is none.
        let Ok(manifest) = Manifest::read(&folder.join(&name)) else {
            continue;
        };
        if manifest.taken_at() <= to {
            return Ok(folder.join(name));
        }
        oldest = Some(manifest.taken_at());
    }
    let oldest = oldest.map_or_else(|| "there is none".to_owned(), told);
    anyhow::bail!(
        "no backup in {} is from before {}; the oldest: {oldest}",
        folder.display(),
        told(to)
    )
}

fn list(folder: &Path) -> Result<ExitCode> {
    super::backup::list(folder)?;
    let archive = stream::folder(folder);
    match stream::span(&archive).with_context(|| archive.display().to_string())? {
        Some((first, last)) => say(format_args!(
            "Changes are archived from {} to {}: any moment in between, after a backup, can be restored with --to",
            told(first),
            told(last)
        ))?,
        None => say("No changes are archived: a backup is restored as it was when it was made")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn told(at: Timestamp) -> String {
    at.format("%FT%T%.3fZ").to_string()
}

/// How much of what was archived since is wanted.
fn until(wanted: &Restore) -> Until {
    match wanted.to {
        Some(to) => Until::Time(to),
        None if wanted.latest => Until::End,
        None => Until::Backup,
    }
}

/// What was replayed on top of the backup.
fn tell(replayed: Option<Replayed>, wanted: &Restore) -> Result<()> {
    let Some(replayed) = replayed else {
        return Ok(());
    };
    if let Some(last) = replayed.last {
        say(format_args!(
            "and all that was changed since, up to {}",
            told(last)
        ))?;
    }
    if wanted.to.is_some() && !replayed.stopped {
        say("Nothing later was archived.")?;
    }
    Ok(())
}
