//! What can happen to the units of a grant. Grants without units only change their state.
//!
//! Two sums hold before and after each move, for each member and unit: the `remaining` of waiting grants is the held
//! balance, the `remaining` of available grants is the available balance.

use kernel::{Amount, Unit};

use super::{AccountKey, AccountKind, Book, LedgerError, Posting, TransferReason};
use crate::rewards::{Grant, GrantState, GrantStep};

/// A new grant: program → held, or → available where nothing holds it; what is available pays a debt first.
pub fn grant(book: &mut Book, grant: &mut Grant) -> Result<(), LedgerError> {
    let Some(unit) = grant.unit().cloned() else {
        return Ok(());
    };
    let to = if grant.state.is_waiting() {
        AccountKind::Held
    } else {
        AccountKind::Available
    };
    let posting = Posting {
        event: Some(grant.event),
        ..posting(
            AccountKey::program(grant.program, &unit),
            AccountKey::member(grant.member, to, &unit),
            grant.amount,
            TransferReason::Grant,
            grant,
        )
    };
    book.post(posting)?;
    grant.remaining = grant.amount;
    if to == AccountKind::Available {
        settle(book, grant, &unit)
    } else {
        Ok(())
    }
}

/// The hold ended or an approval came: held → available, which pays a debt first.
pub fn release(book: &mut Book, grant: &mut Grant) -> Result<(), LedgerError> {
    let after = grant.state.after(GrantStep::Release)?;
    if let Some(unit) = grant.unit().cloned() {
        let held = AccountKey::member(grant.member, AccountKind::Held, &unit);
        let available = AccountKey::member(grant.member, AccountKind::Available, &unit);
        book.post(posting(
            held,
            available,
            grant.remaining,
            TransferReason::Release,
            grant,
        ))?;
        grant.state = after;
        return settle(book, grant, &unit);
    }
    grant.state = after;
    Ok(())
}

/// A person refused it: held → program.
pub fn reject(book: &mut Book, grant: &mut Grant) -> Result<(), LedgerError> {
    let after = grant.state.after(GrantStep::Reject)?;
    if let Some(unit) = grant.unit() {
        let held = AccountKey::member(grant.member, AccountKind::Held, unit);
        let program = AccountKey::program(grant.program, unit);
        book.post(posting(
            held,
            program,
            grant.remaining,
            TransferReason::Reject,
            grant,
        ))?;
    }
    finish(grant, after);
    Ok(())
}

/// Its time is over: available → expired.
pub fn expire(book: &mut Book, grant: &mut Grant) -> Result<(), LedgerError> {
    let after = grant.state.after(GrantStep::Expire)?;
    if let Some(unit) = grant.unit() {
        let available = AccountKey::member(grant.member, AccountKind::Available, unit);
        let expired = AccountKey::project(grant.project, AccountKind::Expired, unit);
        book.post(posting(
            available,
            expired,
            grant.remaining,
            TransferReason::Expire,
            grant,
        ))?;
    }
    finish(grant, after);
    Ok(())
}

/// A member spends: available → spent, out of `grants` in the order given, soonest expiry first.
///
/// All grants belong to one member and are of one unit; those that are not available are left alone.
///
/// # Errors
/// [`LedgerError::InsufficientBalance`] where together they do not cover `amount`; nothing moves then.
pub fn spend(
    book: &mut Book,
    grants: &mut [Grant],
    amount: Amount,
    operation: &str,
) -> Result<(), LedgerError> {
    if !amount.is_positive() {
        return Err(LedgerError::NotPositive);
    }
    let whose = |grant: &Grant| (grant.project, grant.member, grant.unit().cloned());
    if grants
        .windows(2)
        .any(|pair| whose(&pair[0]) != whose(&pair[1]))
    {
        return Err(LedgerError::AccountsDiffer);
    }
    let mut usable: Vec<_> = grants
        .iter_mut()
        .filter(|grant| grant.state == GrantState::Available)
        .collect();
    let together: i128 = usable
        .iter()
        .map(|grant| i128::from(grant.remaining.0))
        .sum();
    if together < i128::from(amount.0) {
        return Err(LedgerError::InsufficientBalance);
    }
    let mut left = amount;
    for grant in &mut usable {
        let Some(unit) = grant.unit().cloned() else {
            continue;
        };
        let part = left.min(grant.remaining);
        if !part.is_positive() {
            continue;
        }
        let available = AccountKey::member(grant.member, AccountKind::Available, &unit);
        let spent = AccountKey::project(grant.project, AccountKind::Spent, &unit);
        let posting = posting(available, spent, part, TransferReason::Spend, grant);
        book.post(Posting {
            operation: Some(operation.to_owned()),
            ..posting
        })?;
        use_up(grant, part)?;
        left = left.checked_sub(part)?;
    }
    Ok(())
}

/// What a grant makes available pays the member's debt first: available → debt.
fn settle(book: &mut Book, grant: &mut Grant, unit: &Unit) -> Result<(), LedgerError> {
    let debt = AccountKey::member(grant.member, AccountKind::Debt, unit);
    let owed = Amount::ZERO.checked_sub(book.balance(&debt))?;
    let part = owed.min(grant.remaining);
    if !part.is_positive() {
        return Ok(());
    }
    let available = AccountKey::member(grant.member, AccountKind::Available, unit);
    book.post(posting(
        available,
        debt,
        part,
        TransferReason::Settle,
        grant,
    ))?;
    use_up(grant, part)
}

/// Takes units out of a grant; an available grant without any left is spent.
pub(super) fn use_up(grant: &mut Grant, part: Amount) -> Result<(), LedgerError> {
    grant.remaining = grant.remaining.checked_sub(part)?;
    if grant.remaining == Amount::ZERO && grant.state == GrantState::Available {
        finish(grant, grant.state.after(GrantStep::Exhaust)?);
    }
    Ok(())
}

/// The end of a grant: nothing remains, nothing is due.
pub(super) fn finish(grant: &mut Grant, state: GrantState) {
    grant.state = state;
    grant.remaining = Amount::ZERO;
    grant.due_at = None;
}

pub(super) fn posting(
    debit: AccountKey,
    credit: AccountKey,
    amount: Amount,
    reason: TransferReason,
    grant: &Grant,
) -> Posting {
    Posting {
        debit,
        credit,
        amount,
        reason,
        grant: Some(grant.id),
        event: None,
        operation: None,
    }
}
