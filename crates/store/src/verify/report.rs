//! What a verification found.

use domain::ledger::{AccountKey, AccountKind};
use kernel::{Amount, GrantId, MemberId, ProjectId, Unit};

/// What [`crate::Reader::verify_ledger`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// Transfers read.
    pub transfers: u64,
    /// Accounts read.
    pub accounts: u64,
    /// Grants of units read.
    pub grants: u64,
    /// Accounts whose stored balance is not what the transfers add up to.
    pub differences: Vec<Difference>,
    /// Projects and units whose balances do not add up to zero.
    pub unbalanced: Vec<Unbalanced>,
    /// Accounts whose balance has a sign that their kind does not allow.
    pub wrong_signs: Vec<(AccountKey, Amount)>,
    /// Members whose open grants do not cover their balance exactly.
    pub uncovered: Vec<Uncovered>,
    /// Grants that are over and have something remaining.
    pub leftovers: Vec<GrantId>,
}

/// An account whose stored balance is not what the transfers add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which account.
    pub account: AccountKey,
    /// The balance as stored.
    pub stored: Amount,
    /// The balance by the transfers.
    pub computed: Amount,
}

/// A project and unit whose balances do not add up to zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unbalanced {
    /// The project.
    pub project: ProjectId,
    /// The unit.
    pub unit: Unit,
    /// What the balances add up to.
    pub sum: i128,
}

/// A member whose open grants do not cover the balance exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// The member.
    pub member: MemberId,
    /// [`AccountKind::Held`] against waiting grants, or [`AccountKind::Available`] against available ones.
    pub kind: AccountKind,
    /// The unit.
    pub unit: Unit,
    /// The balance as stored.
    pub balance: Amount,
    /// What remains of the grants.
    pub remaining: Amount,
}

impl LedgerReport {
    /// Whether nothing was found.
    pub const fn is_sound(&self) -> bool {
        self.differences.is_empty()
            && self.unbalanced.is_empty()
            && self.wrong_signs.is_empty()
            && self.uncovered.is_empty()
            && self.leftovers.is_empty()
    }
}
