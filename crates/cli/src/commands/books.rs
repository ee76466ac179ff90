//! `inviter ledger verify` and `inviter audit verify`.

use std::process::ExitCode;

use anyhow::Result;
use app::audit;
use config::Config;
use store::{LedgerReport, Store};

use super::with_installation;
use crate::output::{progress, say};

/// What a check of the ledger found.
pub(crate) struct Books {
    pub(crate) are_sound: bool,
    lines: Vec<String>,
}

impl Books {
    pub(crate) fn tell(&self) -> Result<ExitCode> {
        for line in &self.lines {
            say(line)?;
        }
        verdict(
            self.are_sound,
            "The ledger is sound.",
            "The ledger is NOT sound.",
        )
    }
}

pub(super) async fn verify_ledger(config: Config) -> Result<ExitCode> {
    with_installation(config, async |installation| {
        check_books(installation.app.store()).await?.tell()
    })
    .await
}

/// Recomputes the ledger.
pub(crate) async fn check_books(store: &Store) -> Result<Books> {
    let progress = progress("transfers");
    let reader = store.read();
    let report = reader
        .verify_ledger(|transfers| progress.set_position(transfers))
        .await?;
    progress.finish_and_clear();
    let mut lines = differences(&report);
    lines.push(format!(
        "{} transfers, {} accounts, {} grants",
        report.transfers, report.accounts, report.grants
    ));
    Ok(Books {
        are_sound: report.is_sound(),
        lines,
    })
}

pub(super) async fn verify_audit(config: Config) -> Result<ExitCode> {
    with_installation(config, async |installation| {
        let report = audit::verify_audit(&installation.app, &installation.ctx()).await?;
        say(format_args!(
            "{} entries are as they were written",
            report.intact
        ))?;
        if let Some(place) = report.broken_at {
            say(format_args!(
                "entry {place}: it was changed, moved, or the one before it is missing"
            ))?;
        }
        verdict(
            report.broken_at.is_none(),
            "The audit trail is whole.",
            "The audit trail is NOT whole.",
        )
    })
    .await
}

/// Everything that was found, a line each.
pub(super) fn differences(report: &LedgerReport) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(report.differences.iter().map(|found| {
        let (account, stored, computed) = (&found.account, found.stored, found.computed);
        format!("{account:?}: the balance is {stored}, the transfers add up to {computed}")
    }));
    lines.extend(report.unbalanced.iter().map(|found| {
        format!(
            "{} {}: the balances add up to {} instead of 0",
            found.project, found.unit, found.sum
        )
    }));
    lines.extend(
        report
            .wrong_signs
            .iter()
            .map(|(account, balance)| format!("{account:?}: a balance of {balance} cannot be")),
    );
    lines.extend(report.uncovered.iter().map(|found| {
        let (kind, unit, member) = (found.kind, &found.unit, found.member);
        let (balance, remaining) = (found.balance, found.remaining);
        format!(
            "{member} {kind:?} {unit}: the balance is {balance}, {remaining} remain of the grants"
        )
    }));
    lines.extend(
        report
            .leftovers
            .iter()
            .map(|grant| format!("{grant}: it is over, and something remains")),
    );
    lines
}

fn verdict(is_sound: bool, sound: &str, unsound: &str) -> Result<ExitCode> {
    say(if is_sound { sound } else { unsound })?;
    Ok(if is_sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
