//! The book: balances in memory for the length of one transaction.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Amount, AmountOverflow, EventId, GrantId, ProblemCode};
use uuid::Uuid;

use super::{AccountKey, AccountKind, TransferReason};
use crate::rewards::InvalidStep;

/// One movement of value that is to be written as a [`super::Transfer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Loses the amount.
    pub debit: AccountKey,
    /// Gains the amount.
    pub credit: AccountKey,
    /// Above zero.
    pub amount: Amount,
    /// Why.
    pub reason: TransferReason,
    /// The grant it belongs to; for a clawback the grant that is taken back, whatever pays for it.
    pub grant: Option<GrantId>,
    /// The event that caused it.
    pub event: Option<EventId>,
    /// The host application's id of a spend.
    pub operation: Option<String>,
}

/// Why value does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Zero or less.
    #[error("an amount that moves is above zero")]
    NotPositive,
    /// From an account to itself.
    #[error("value cannot move from an account to itself")]
    SameAccount,
    /// Two units, or two members, where there should be one.
    #[error("the accounts do not belong together")]
    AccountsDiffer,
    /// A balance would have the sign that its kind does not allow.
    #[error("the balance of a {0:?} account would have the wrong sign")]
    WrongSign(AccountKind),
    /// The member has less than is to be spent.
    #[error("the balance does not cover the amount")]
    InsufficientBalance,
    /// A balance would leave 64 bits.
    #[error(transparent)]
    Overflow(#[from] AmountOverflow),
    /// The grant is not in a state for it.
    #[error(transparent)]
    Step(#[from] InvalidStep),
}

impl LedgerError {
    /// What a caller is told. What a caller cannot cause is `internal`.
    pub const fn code(self) -> ProblemCode {
        match self {
            Self::InsufficientBalance => ProblemCode::InsufficientBalance,
            Self::Step(_) => ProblemCode::InvalidTransition,
            Self::NotPositive
            | Self::SameAccount
            | Self::AccountsDiffer
            | Self::WrongSign(_)
            | Self::Overflow(_) => ProblemCode::Internal,
        }
    }
}

/// Balances in memory: loaded, moved, written back. An account that was not loaded has a balance of zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    balances: BTreeMap<AccountKey, Amount>,
    loaded: BTreeSet<AccountKey>,
    unread: BTreeSet<Uuid>,
    touched: BTreeSet<AccountKey>,
    postings: Vec<Posting>,
}

impl Book {
    /// Puts in a balance as it was stored.
    pub fn load(&mut self, account: AccountKey, balance: Amount) {
        self.loaded.insert(account.clone());
        self.balances.insert(account, balance);
    }

    /// Whether the account was stored before.
    pub fn was_loaded(&self, account: &AccountKey) -> bool {
        self.loaded.contains(account)
    }

    /// Leaves the accounts of `owner` unread: their balances begin at zero, and are what the postings add to those stored. Their sign
    /// says nothing, and is not looked at.
    pub fn leave_unread(&mut self, owner: Uuid) {
        self.unread.insert(owner);
    }

    /// Whether the account's balance is only what is to be added to the one stored.
    pub fn is_unread(&self, account: &AccountKey) -> bool {
        self.unread.contains(&account.owner)
    }

    /// The present balance.
    pub fn balance(&self, account: &AccountKey) -> Amount {
        self.balances.get(account).copied().unwrap_or_default()
    }

    /// Moves value and remembers it. Nothing changes where it is refused.
    pub fn post(&mut self, posting: Posting) -> Result<(), LedgerError> {
        if !posting.amount.is_positive() {
            return Err(LedgerError::NotPositive);
        }
        if posting.debit == posting.credit {
            return Err(LedgerError::SameAccount);
        }
        if posting.debit.unit != posting.credit.unit {
            return Err(LedgerError::AccountsDiffer);
        }
        let debited = self.balance(&posting.debit).checked_sub(posting.amount)?;
        let credited = self.balance(&posting.credit).checked_add(posting.amount)?;
        for (account, balance) in [(&posting.debit, debited), (&posting.credit, credited)] {
            if !account.kind.permits(balance) && !self.is_unread(account) {
                return Err(LedgerError::WrongSign(account.kind));
            }
        }
        for (account, balance) in [(&posting.debit, debited), (&posting.credit, credited)] {
            self.balances.insert(account.clone(), balance);
            self.touched.insert(account.clone());
        }
        self.postings.push(posting);
        Ok(())
    }

    /// The accounts that postings touched, with their present balances.
    pub fn changed(&self) -> impl Iterator<Item = (&AccountKey, Amount)> {
        self.touched
            .iter()
            .map(|account| (account, self.balance(account)))
    }

    /// The postings since the last call, in order.
    pub fn take_postings(&mut self) -> Vec<Posting> {
        std::mem::take(&mut self.postings)
    }
}

impl AccountKind {
    /// Whether an account of this kind may have this balance.
    pub const fn permits(self, balance: Amount) -> bool {
        match self {
            Self::Program | Self::Debt => balance.0 <= 0,
            Self::Held | Self::Available | Self::Spent | Self::Expired => balance.0 >= 0,
        }
    }
}
