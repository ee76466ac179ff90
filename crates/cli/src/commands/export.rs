//! `inviter export`.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result};
use app::{
    audit::AuditFilter,
    clicks::ClickFilter,
    codes::CodeFilter,
    exports::{self, Csv},
    invitations::InvitationFilter,
    ledger::TransferFilter,
    referrals::ReferralFilter,
    rewards::GrantFilter,
};
use config::Config;
use futures::TryStreamExt;
use tempfile::NamedTempFile;

use super::{tenant, with_installation};
use crate::{
    args::{Export, Table},
    output::progress,
};

pub(super) async fn run(config: Config, wanted: Export) -> Result<ExitCode> {
    with_installation(config, async |installation| {
        let (app, ctx) = (&installation.app, installation.ctx());
        let tenant = tenant(installation, &wanted.whose.project, wanted.whose.mode).await?;
        let csv = exports::export(app, &ctx, tenant.id, list(wanted.table)).await?;
        let rows = match &wanted.out {
            None => pour(csv, &mut io::stdout()).await?,
            Some(path) => fill(csv, path)
                .await
                .with_context(|| format!("{} cannot be written", path.display()))?,
        };
        eprintln!("{rows} rows");
        Ok(ExitCode::SUCCESS)
    })
    .await
}

fn list(table: Table) -> exports::Export {
    match table {
        Table::Members => exports::Export::Members(None),
        Table::Codes => exports::Export::Codes(CodeFilter::default()),
        Table::Invitations => exports::Export::Invitations(InvitationFilter::default()),
        Table::Referrals => exports::Export::Referrals(ReferralFilter::default()),
        Table::Grants => exports::Export::Grants(GrantFilter::default()),
        Table::Transfers => exports::Export::Transfers(TransferFilter::default()),
        Table::Clicks => exports::Export::Clicks(ClickFilter::default()),
        Table::Audit => exports::Export::Audit(AuditFilter::default()),
    }
}

/// The file gets its name once it is whole and durable. It is for its owner only: it may hold people's addresses.
async fn fill(csv: Csv, path: &Path) -> Result<u64> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    let rows = pour(csv, &mut file).await?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(folder)?.sync_all()?;
    Ok(rows)
}

/// Writes page after page; gives how many rows there were, without the header.
async fn pour(mut csv: Csv, to: &mut impl Write) -> Result<u64> {
    let progress = progress("rows");
    while let Some(page) = csv.try_next().await? {
        to.write_all(&page)?;
        let records = csv::ReaderBuilder::new()
            .has_headers(progress.position() == 0)
            .from_reader(&*page)
            .into_byte_records();
        progress.inc(records.count() as u64);
    }
    to.flush()?;
    progress.finish_and_clear();
    Ok(progress.position())
}
