//! `inviter migrate`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use config::Config;

use crate::{
    args::Migrate,
    installation::{make_data_dir, named, open_store},
    output::say,
};

pub(super) async fn run(config: Config, command: Option<Migrate>) -> Result<ExitCode> {
    make_data_dir(&config)?;
    // Migrations take the connection that writes; no writer has to run.
    let (store, _writer) = open_store(&config, None).await?;
    let name = named(&config);
    match command {
        None => {
            let applied = store
                .migrate()
                .await
                .with_context(|| format!("{name} cannot be migrated"))?;
            for migration in &applied {
                say(migration)?;
            }
            say(format_args!(
                "{name}: {} migrations applied, the schema is up to date",
                applied.len()
            ))?;
        }
        Some(command) => {
            let status = store.migration_status().await;
            let status = status.with_context(|| format!("{name} cannot be read"))?;
            for migration in &status.known {
                match command {
                    Migrate::Status if migration.applied => {
                        say(format_args!("applied  {}", migration.name))?;
                    }
                    Migrate::Status => say(format_args!("pending  {}", migration.name))?,
                    Migrate::Plan if !migration.applied => say(&migration.name)?,
                    Migrate::Plan => {}
                }
            }
            let (known, pending) = (status.known.len(), status.pending().len());
            say(format_args!(
                "{name}: {pending} of {known} migrations are pending"
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
