//! Making a backup of a MySQL database that is in use.

use std::{fs::File, io::Write, path::PathBuf, process::Stdio};

use anyhow::{Context, Result, bail};
use config::Config;
use kernel::{Clock, SystemClock, Timestamp};
use store::Origin;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::{
    DUMP,
    client::{Client, Target, ended, started},
    tally::{Tallied, Tally},
};
use crate::{
    backup::{Keys, Manifest, Shelf, described, manifest::Server},
    installation::store_options,
};

/// All tables as of one moment, and which transactions are in them; nothing of the server around them. What only some versions
/// of the tool know begins with `loose`.
const OPTIONS: [&str; 11] = [
    "--single-transaction",
    "--quick",
    "--set-gtid-purged=COMMENTED",
    "--no-tablespaces",
    "--skip-triggers",
    "--hex-blob",
    "--complete-insert",
    "--skip-add-locks",
    "--skip-disable-keys",
    "--skip-add-drop-table",
    "--loose-skip-masking-policies",
];

/// Makes a backup on the shelf; it is there whole, or not at all. It is taken from a member that only follows, where there is one.
pub(crate) async fn make(
    config: &Config,
    shelf: &Shelf,
    now: Timestamp,
) -> Result<(PathBuf, Manifest)> {
    let (target, keys) = (Target::of(config)?, Keys::of(config)?);
    let origins = store::origins(&store_options(config)).await?;
    let mut failed = origins.faults.clone();
    for origin in origins.usable() {
        let unfinished = shelf.begin()?;
        let dir = unfinished.path();
        let file = File::create_new(dir.join(keys.packed_name(DUMP)))?;
        match dump(&target.on(&origin.address)?, &keys, file).await {
            Ok(tallied) => {
                let server = server(origin, &target, &tallied, now);
                let mut manifest = Manifest::new(now, tallied.contents, described(dir)?);
                manifest.mysql = Some(server);
                manifest.write(dir)?;
                return Ok((shelf.finish(unfinished, now)?, manifest));
            }
            Err(error) => {
                tracing::warn!(member = %origin.address, error = format!("{error:#}"), "no dump");
                failed.push(format!("{}: {error:#}", origin.address));
            }
        }
    }
    bail!(
        "no member of the database gives a dump: {}",
        failed.join("; ")
    )
}

fn server(origin: &Origin, target: &Target, tallied: &Tallied, now: Timestamp) -> Server {
    Server {
        version: origin.version.clone(),
        member: origin.address.clone(),
        database: target.database().to_owned(),
        gtid_executed: tallied.transactions.clone(),
        taken_at: tallied.taken_at.unwrap_or(now),
    }
}

async fn dump(target: &Target, keys: &Keys, file: File) -> Result<Tallied> {
    let client = Client::new(target)?;
    let mut command = client.command("mysqldump");
    command
        .args(OPTIONS)
        .arg(target.database())
        .stdout(Stdio::piped());
    let mut child = started(&mut command)?;
    let said = child.stdout.take().context("mysqldump says nothing")?;
    let mut said = BufReader::with_capacity(256 * 1024, said);
    let mut packing = keys.packing(file)?;
    let (mut tally, mut line) = (Tally::new(), Vec::new());
    while said.read_until(b'\n', &mut line).await? > 0 {
        if tally.take(&line, SystemClock.now()) {
            packing.write_all(&line)?;
        }
        line.clear();
    }
    ended("mysqldump", child).await?;
    packing.finish()?.sync_all()?;
    let tallied = tally.end();
    if tallied.contents.rows.is_empty() {
        bail!("the database {} has no tables", target.database());
    }
    Ok(tallied)
}
