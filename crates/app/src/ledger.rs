//! The ledger: spending, transfers, and whether the books are right.

mod apply;
mod spend;

use domain::{ledger::Transfer, people::Permission};
use kernel::{Ctx, MemberId, Page, PageRequest, ProjectId};
use store::LedgerReport;
pub use store::TransferFilter;

use crate::{
    App, AppResult,
    access::known_member,
    members::{Balance, balances},
};

pub(crate) use apply::{apply, save_book};
pub use spend::{Spend, Spent, spend};

/// What a member has, by unit: every unit that they have had.
///
/// # Errors
/// `not_found`.
pub async fn list_balances(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
) -> AppResult<Vec<Balance>> {
    app.authorize_self(ctx, project, member, Permission::LedgerRead)
        .await?;
    known_member(app, project, member).await?;
    Ok(balances(app.store().read().project(project), member).await?)
}

/// The movements on a member's accounts, newest first.
///
/// # Errors
/// `not_found`.
pub async fn list_transfers(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    page: PageRequest,
) -> AppResult<Page<Transfer>> {
    app.authorize_self(ctx, project, member, Permission::LedgerRead)
        .await?;
    known_member(app, project, member).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .ledger()
        .transfers(&TransferFilter::of(member), page)
        .await?)
}

/// The movements on all accounts, newest first.
pub async fn list_all_transfers(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    filter: TransferFilter,
    page: PageRequest,
) -> AppResult<Page<Transfer>> {
    app.authorize(ctx, project, Permission::LedgerRead).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .ledger()
        .transfers(&filter, page)
        .await?)
}

/// Adds up every transfer of the installation and compares the sums with the balances; sets the metric.
///
/// # Errors
/// `forbidden`.
pub async fn verify_ledger(app: &App, ctx: &Ctx) -> AppResult<LedgerReport> {
    app.authorize_installation(ctx, Permission::LedgerRead)
        .await?;
    let report = app.store().read().verify_ledger(|_| {}).await?;
    app.metrics().ledger_imbalance(imbalance(&report));
    Ok(report)
}

/// By how much the books are wrong, in minor units of whatever unit; above zero wherever they are wrong at all.
fn imbalance(report: &LedgerReport) -> i64 {
    let differences = report
        .differences
        .iter()
        .map(|each| i128::from(each.stored.0) - i128::from(each.computed.0));
    let uncovered = report
        .uncovered
        .iter()
        .map(|each| i128::from(each.balance.0) - i128::from(each.remaining.0));
    let signs = report
        .wrong_signs
        .iter()
        .map(|(_, amount)| i128::from(amount.0));
    let sums = report.unbalanced.iter().map(|each| each.sum);
    // What remains of a grant that is over is told by the grant alone: each counts as one.
    let leftovers = report.leftovers.iter().map(|_| 1);
    let all = differences
        .chain(uncovered)
        .chain(signs)
        .chain(sums)
        .chain(leftovers);
    i64::try_from(all.map(i128::unsigned_abs).sum::<u128>()).unwrap_or(i64::MAX)
}
