//! One move of value inside a transaction: read the book, move, write grants, balances and transfers.

use domain::{
    ledger::{AccountKey, Book, LedgerError, Transfer},
    rewards::Grant,
};
use kernel::{Amount, Ctx, Entropy, Id, ProjectId, Timestamp};
use store::{StoreResult, WriteTx};

use crate::AppResult;

/// Runs `work` on the book of the first grant's accounts, and writes what it changed. The grants are held by the
/// caller until the commit; all others belong to the member of the first and are of its unit.
pub(crate) async fn apply<T>(
    tx: &WriteTx,
    ctx: &Ctx,
    grants: &mut [Grant],
    work: impl FnOnce(&mut Book, &mut [Grant]) -> Result<T, LedgerError>,
) -> AppResult<T> {
    let mut book = Book::default();
    let before = grants.to_vec();
    let Some(first) = before.first() else {
        return Ok(work(&mut book, grants)?);
    };
    let scope = tx.project(first.project);
    for shared in [first.program.uuid(), first.project.uuid()] {
        book.leave_unread(shared);
    }
    if first.unit().is_some() {
        for (account, balance) in scope.ledger().lock(&[first.member.uuid()]).await? {
            book.load(account, balance);
        }
    }
    let done = work(&mut book, grants)?;
    let now = ctx.now();
    let mut changed = Vec::new();
    for (grant, _) in grants
        .iter_mut()
        .zip(&before)
        .filter(|(grant, before)| **grant != **before)
    {
        grant.updated_at = now;
        changed.push(grant.clone());
    }
    scope.grants().save_all(&changed).await?;
    save_book(tx, first.project, &mut book, now, ctx.entropy.as_ref()).await?;
    Ok(done)
}

/// Writes the balances that changed and appends the postings as transfers.
pub(crate) async fn save_book(
    tx: &WriteTx,
    project: ProjectId,
    book: &mut Book,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> StoreResult<()> {
    let (unread, read): (Vec<(AccountKey, Amount)>, Vec<_>) = book
        .changed()
        .map(|(account, balance)| (account.clone(), balance))
        .partition(|(account, _)| book.is_unread(account));
    // An account that was not there could not be held: adding it plainly tells where another process was faster.
    let (held, new): (Vec<_>, Vec<_>) = read
        .into_iter()
        .partition(|(account, _)| book.was_loaded(account));
    let transfers: Vec<Transfer> = book
        .take_postings()
        .into_iter()
        .map(|posting| Transfer {
            id: Id::new(now, entropy),
            project,
            debit: posting.debit,
            credit: posting.credit,
            amount: posting.amount,
            reason: posting.reason,
            grant: posting.grant,
            event: posting.event,
            operation: posting.operation,
            at: now,
        })
        .collect();
    let ledger = tx.project(project).ledger();
    ledger.insert_balances(&new).await?;
    ledger.save_balances(&held).await?;
    ledger.append(&transfers).await?;
    // Last, as all others that move something in the program wait from here on.
    ledger.add_to_balances(&unread).await
}
