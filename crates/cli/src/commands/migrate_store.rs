//! `inviter migrate-store`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use config::{Backend, Config};
use data_encoding::HEXLOWER;
use kernel::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use store::{Moving, Replacement, Step, Store, Writer};
use telemetry::Lifecycle;

use super::{briefly, load};
use crate::{
    args::{Globals, MigrateStore},
    installation::{LAST_COMMIT, make_data_dir, named, open_store},
    output::{progress, say},
};

/// A database at one end.
struct End {
    name: String,
    store: Store,
    writing: Lifecycle,
}

pub(super) fn run(globals: &Globals, wanted: &MigrateStore) -> Result<ExitCode> {
    let configured = load(globals)?;
    let from = match &wanted.ends.from {
        Some(url) => load(&globals.on("database.url", url))?,
        None => configured.clone(),
    };
    let to = match (&wanted.ends.to, &wanted.ends.to_file) {
        (Some(url), _) => load(&globals.on("database.url", url))?,
        (None, Some(file)) => load(&globals.on("database.url_file", &file.display().to_string()))?,
        (None, None) => configured.clone(),
    };
    briefly(configured, async |_| fill(from, to, wanted.verbose).await)
}

async fn fill(from: Config, to: Config, verbose: bool) -> Result<ExitCode> {
    let (source, target) = (address(&from), address(&to));
    if source.expose_secret() == target.expose_secret() {
        bail!("--from and --to name the same database");
    }
    if let Backend::Sqlite { path } = &from.database.backend {
        if !path.exists() {
            bail!("{} is not there", named(&from));
        }
        if Replacement::begin(path)?.is_none() {
            bail!("{} is in use: stop the server first", named(&from));
        }
    }
    make_data_dir(&to)?;
    let from = End::open(&from).await?;
    let to = End::open(&to).await?;
    let pending = from.store.migration_status().await?.pending().len();
    if pending > 0 {
        bail!(
            "{} lacks {pending} migrations: run `inviter migrate` on it first",
            from.name
        );
    }
    to.store
        .migrate()
        .await
        .with_context(|| format!("the schema of {} cannot be made", to.name))?;
    let source: [u8; 32] = Sha256::digest(source.expose_secret()).into();
    let outcome = carry(&from, &to, source, verbose).await;
    from.close().await;
    to.close().await;
    outcome
}

async fn carry(from: &End, to: &End, source: [u8; 32], verbose: bool) -> Result<ExitCode> {
    let bar = progress("rows");
    let moving = Moving {
        from: &from.store,
        to: &to.store,
    };
    let moved = moving.run(source, |step| match step {
        Step::Copied(table, rows) => {
            bar.set_message(format!("rows of {table} copied"));
            bar.set_position(rows);
        }
        Step::Compared(table, rows) => {
            bar.set_message(format!("rows of {table} compared"));
            bar.set_position(rows);
        }
    });
    let moved = moved.await;
    bar.finish_and_clear();
    let (same, books) =
        moved.with_context(|| format!("{} did not go into {}", from.name, to.name))?;
    let mut rows = 0;
    for table in &same {
        rows += table.rows;
        if verbose {
            let digest = HEXLOWER.encode(&table.digest[..8]);
            say(format_args!(
                "{:18} {:>12} rows  sha256 {digest}…",
                table.table, table.rows
            ))?;
        }
    }
    say(format_args!(
        "{} holds what {} holds: {rows} rows of {} tables are the same on both sides, and so are the ledger's books",
        to.name,
        from.name,
        same.len()
    ))?;
    say(
        "Point `database.url` to it and start. Keep `data_dir`: the secret and the clicks on their way are in there.",
    )?;
    if !books.is_sound() {
        say("The ledger does not add up, there or here: see `inviter ledger verify`.")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

impl End {
    async fn open(config: &Config) -> Result<Self> {
        let (store, writer): (Store, Writer) = open_store(config, None).await?;
        let writing = Lifecycle::default();
        writing.spawn("writer", writer.run());
        Ok(Self {
            name: named(config),
            store,
            writing,
        })
    }

    async fn close(self) {
        drop(self.store);
        self.writing.shutdown(LAST_COMMIT).await;
    }
}

/// Which database it is, without the password.
fn address(config: &Config) -> SecretString {
    match &config.database.backend {
        Backend::Sqlite { path } => format!("sqlite:{}", path.display()).into(),
        Backend::MySql { url } => match url::Url::parse(url.expose_secret()) {
            Ok(mut url) => {
                // What cannot be set is not there.
                let _ = url.set_password(None);
                url.to_string().into()
            }
            Err(_) => url.clone(),
        },
    }
}
