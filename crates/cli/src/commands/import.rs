//! `inviter import`.

use std::{
    fmt, fs,
    io::{self, Read},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result};
use app::{codes, imports::RefusedLine, members, programs};
use config::Config;
use kernel::ProjectId;

use super::{tenant, with_installation};
use crate::{
    args::Import,
    installation::Installation,
    output::{progress, say},
};

pub(super) async fn run(config: Config, command: Import) -> Result<ExitCode> {
    with_installation(config, async |installation| match command {
        Import::Codes {
            whose,
            program,
            file,
        } => {
            let tenant = tenant(installation, &whose.project, whose.mode).await?;
            import_codes(installation, tenant.id, &program, &contents(&file)?).await
        }
        Import::Members { whose, file } => {
            let tenant = tenant(installation, &whose.project, whose.mode).await?;
            import_members(installation, tenant.id, &contents(&file)?).await
        }
    })
    .await
}

async fn import_codes(
    installation: &Installation,
    project: ProjectId,
    program: &str,
    csv: &[u8],
) -> Result<ExitCode> {
    let (app, ctx) = (&installation.app, installation.ctx());
    let found = programs::find_program(app, &ctx, project, program).await;
    let found = found.with_context(|| format!("the program {program} cannot be opened"))?;
    let progress = progress("codes");
    let done = |codes| progress.set_position(codes);
    let report = codes::import_all_codes(app, &ctx, project, found.id, csv, done).await?;
    progress.finish_and_clear();
    let done = format_args!(
        "{} codes added to the batch {}, {} unchanged",
        report.added, report.batch, report.duplicates
    );
    told(&report.refused, done)
}

async fn import_members(
    installation: &Installation,
    project: ProjectId,
    csv: &[u8],
) -> Result<ExitCode> {
    let (app, ctx) = (&installation.app, installation.ctx());
    let progress = progress("members");
    let done = |members| progress.set_position(members);
    let report = members::import_members(app, &ctx, project, csv, done).await?;
    progress.finish_and_clear();
    let done = format_args!(
        "{} members added, {} updated, {} unchanged",
        report.added, report.updated, report.unchanged
    );
    told(&report.refused, done)
}

fn contents(file: &Path) -> Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut all = Vec::new();
        io::stdin().read_to_end(&mut all)?;
        return Ok(all);
    }
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Says what was done; or where lines are refused, what is wrong with each.
fn told(refused: &[RefusedLine], done: fmt::Arguments<'_>) -> Result<ExitCode> {
    if refused.is_empty() {
        say(done)?;
        return Ok(ExitCode::SUCCESS);
    }
    for refused in refused {
        let RefusedLine {
            line,
            column,
            message,
            ..
        } = refused;
        match column.as_str() {
            "" => eprintln!("line {line}: {message}"),
            column => eprintln!("line {line}, {column}: {message}"),
        }
    }
    eprintln!("Nothing was imported: put right what is wrong and import the file again.");
    Ok(ExitCode::FAILURE)
}
