//! Taking back, also what is spent already.

use kernel::Amount;

use super::{
    AccountKey, AccountKind, Book, LedgerError, TransferReason,
    moves::{finish, posting, use_up},
};
use crate::rewards::{Grant, GrantState, GrantStep};

/// A refund takes back the same share of the grant as was refunded of the purchase, and returns what it took now.
///
/// `refunded` is all that was ever refunded of `paid`, so the same refund again takes nothing and the order of refunds
/// does not matter. A full refund reverses the grant; a grant without units is reversed by a full refund only. What is
/// rejected, expired or reversed already is left alone. `others` are the member's other grants: they pay where the
/// grant is spent, and what they do not cover becomes the member's debt.
pub fn clawback(
    book: &mut Book,
    grant: &mut Grant,
    paid: Amount,
    refunded: Amount,
    others: &mut [Grant],
) -> Result<Amount, LedgerError> {
    let full = paid.is_positive() && refunded >= paid;
    let Ok(reversed) = grant.state.after(GrantStep::Reverse) else {
        return Ok(Amount::ZERO);
    };
    let due = grant
        .amount
        .share(refunded, paid)
        .checked_sub(grant.clawed)?;
    let taken = take_back(book, grant, due, others)?;
    if full {
        finish(grant, reversed);
    }
    Ok(taken)
}

/// A person takes all of it back, and returns what that took.
pub fn reverse(
    book: &mut Book,
    grant: &mut Grant,
    others: &mut [Grant],
) -> Result<Amount, LedgerError> {
    let reversed = grant.state.after(GrantStep::Reverse)?;
    let due = grant.amount.checked_sub(grant.clawed)?;
    let taken = take_back(book, grant, due, others)?;
    finish(grant, reversed);
    Ok(taken)
}

/// Moves `due` back to the program: out of the grant, then of the member's other grants, then as a debt.
fn take_back(
    book: &mut Book,
    grant: &mut Grant,
    due: Amount,
    others: &mut [Grant],
) -> Result<Amount, LedgerError> {
    let Some(unit) = grant.unit().cloned().filter(|_| due.is_positive()) else {
        return Ok(Amount::ZERO);
    };
    let program = AccountKey::program(grant.program, &unit);
    let account = |kind| AccountKey::member(grant.member, kind, &unit);
    let from = if grant.state.is_waiting() {
        AccountKind::Held
    } else {
        AccountKind::Available
    };
    let (from, available, debt) = (
        account(from),
        account(AccountKind::Available),
        account(AccountKind::Debt),
    );
    let mut left = due;
    let own = left.min(grant.remaining);
    if own.is_positive() {
        book.post(posting(
            from,
            program.clone(),
            own,
            TransferReason::Clawback,
            grant,
        ))?;
        use_up(grant, own)?;
        left = left.checked_sub(own)?;
    }
    for other in others.iter_mut().filter(|other| pays_for(other, grant)) {
        let part = left.min(other.remaining);
        if part.is_positive() {
            let (from, to) = (available.clone(), program.clone());
            book.post(posting(from, to, part, TransferReason::Clawback, grant))?;
            use_up(other, part)?;
            left = left.checked_sub(part)?;
        }
    }
    if left.is_positive() {
        book.post(posting(
            debt,
            program,
            left,
            TransferReason::Clawback,
            grant,
        ))?;
    }
    grant.clawed = grant.clawed.checked_add(due)?;
    Ok(due)
}

fn pays_for(other: &Grant, grant: &Grant) -> bool {
    other.state == GrantState::Available
        && other.id != grant.id
        && other.member == grant.member
        && other.unit() == grant.unit()
}
