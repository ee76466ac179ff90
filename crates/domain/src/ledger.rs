//! The ledger: double entry, append only, integer minor units.
//!
//! A [`Transfer`] debits one account and credits another by the same amount, so the balances of a unit always
//! add up to zero. The program's account runs negative by what it has granted, net of what came back.

use kernel::{
    Amount, EventId, GrantId, MemberId, ProgramId, ProjectId, Timestamp, TransferId, Unit,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

mod book;
mod clawback;
mod moves;

pub use book::{Book, LedgerError, Posting};
pub use clawback::{clawback, reverse};
pub use moves::{expire, grant, reject, release, spend};

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A program's source of rewards; at most zero.
    Program,
    /// A member's grants that are held or wait for approval; at least zero.
    Held,
    /// What a member can spend; at least zero.
    Available,
    /// What a member owes after a clawback of what was spent; at most zero.
    Debt,
    /// What members have spent, per project; at least zero.
    Spent,
    /// What has expired unspent, per project; at least zero.
    Expired,
}

/// Names one account of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    /// Program, member or project, by kind.
    pub owner: Uuid,
    /// What it is for.
    pub kind: AccountKind,
    /// Of which unit.
    pub unit: Unit,
}

impl AccountKey {
    /// A program's source of rewards.
    pub fn program(program: ProgramId, unit: &Unit) -> Self {
        Self {
            owner: program.uuid(),
            kind: AccountKind::Program,
            unit: unit.clone(),
        }
    }

    /// One of a member's accounts.
    pub fn member(member: MemberId, kind: AccountKind, unit: &Unit) -> Self {
        Self {
            owner: member.uuid(),
            kind,
            unit: unit.clone(),
        }
    }

    /// One of the project's accounts.
    pub fn project(project: ProjectId, kind: AccountKind, unit: &Unit) -> Self {
        Self {
            owner: project.uuid(),
            kind,
            unit: unit.clone(),
        }
    }
}

/// Why value moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferReason {
    /// A grant was made: program → held, or → available where nothing holds it.
    Grant,
    /// A hold ended or an approval came: held → available.
    Release,
    /// An operator refused it: held → program.
    Reject,
    /// The member spent it: available → spent.
    Spend,
    /// It expired unspent: available → expired.
    Expire,
    /// A refund or an operator took it back: held or available → program, the rest debt → program.
    Clawback,
    /// A later release paid a debt: available → debt.
    Settle,
}

/// One movement of value. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// The tenant.
    pub project: ProjectId,
    /// Loses the amount.
    pub debit: AccountKey,
    /// Gains the amount.
    pub credit: AccountKey,
    /// Above zero.
    pub amount: Amount,
    /// Why.
    pub reason: TransferReason,
    /// The grant it belongs to.
    pub grant: Option<GrantId>,
    /// The event that caused it.
    pub event: Option<EventId>,
    /// The host application's id of a spend.
    pub operation: Option<String>,
    /// When.
    pub at: Timestamp,
}
