//! `inviter restore` on MySQL: into a database that nobody uses yet.

use std::{io, path::Path, process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use config::{Backend, Config};
use url::Url;

use super::{tell, told, until};
use crate::{
    args::Restore,
    backup::{
        Manifest,
        mysql::{Client, Target, bring, make_room},
    },
    installation::{make_data_dir, named, store_options},
    output::say,
};

pub(super) async fn restore(config: Config, from: &Path, wanted: &Restore) -> Result<ExitCode> {
    let begun = Instant::now();
    let manifest = Manifest::read(from)?;
    let into = wanted.into.as_deref().context(
        "--into is missing: the name of a new database, or its address; what is there is never overwritten",
    )?;
    let config = aimed(config, into)?;
    make_data_dir(&config)?;
    let shown = named(&config);
    let origins = store::origins(&store_options(&config)).await?;
    let writer = origins.writer.as_ref().with_context(|| {
        format!(
            "no member of {shown} takes writes: {}",
            origins.faults.join("; ")
        )
    })?;
    let target = Target::of(&config)?;
    let client = Client::new(&target.on(&writer.address)?)?;
    make_room(&client, target.database())
        .await
        .with_context(|| format!("{shown} cannot be filled"))?;
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let brought = bring(
        &config,
        &client,
        (from, &manifest),
        until(wanted),
        Some(&name),
    )
    .await;
    let (books, replayed) =
        brought.with_context(|| format!("{shown} is not whole: drop it before you try again"))?;
    say(format_args!(
        "{shown} is what {name} holds, made {} by Inviter {}",
        told(manifest.made_at),
        manifest.program
    ))?;
    tell(replayed, wanted)?;
    say(format_args!(
        "It took {:.1} s. To switch, point `database.url` to it.",
        begun.elapsed().as_secs_f64()
    ))?;
    books.tell()
}

/// The same configuration with the database that is to be filled: by its name on the same server, or by its address.
fn aimed(mut config: Config, into: &str) -> Result<Config> {
    let Backend::MySql { url } = &config.database.backend else {
        bail!("`database.url` names no MySQL database");
    };
    let mut url = Url::parse(kernel::ExposeSecret::expose_secret(url))?;
    let text = if into == "-" {
        io::read_to_string(io::stdin())?.trim().to_owned()
    } else {
        into.to_owned()
    };
    if text.starts_with("mysql://") {
        url = Url::parse(&text)
            .ok()
            .filter(|it| it.path().len() > 1)
            .context("--into is no address such as mysql://USER:PASSWORD@HOST:PORT/NAME")?;
        let address = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port().unwrap_or(3306)
        );
        // Another server has no members that we know of.
        if !config.database.members.contains(&address) {
            config.database.members.clear();
        }
    } else {
        url.set_path(&text);
    }
    let name = url.path().trim_start_matches('/');
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '_';
    ensure!(
        !name.is_empty() && name.chars().all(fits),
        "--into: the name of a database has letters, digits and _ only"
    );
    config.database.backend = Backend::MySql {
        url: String::from(url).into(),
    };
    Ok(config)
}
