//! What belongs to a member, as it is shown to operators and to the member alike.

use app::members as use_cases;
use domain::{
    ledger::{AccountKind, Transfer as DomainTransfer, TransferReason as DomainReason},
    notices::{self, NoticeKind as Kind},
    referrals,
};

use super::Member;
use crate::{prelude::*, v1::codes::Code};

words! {
    "Why value moved." TransferReason = [
        DomainReason::Grant, DomainReason::Release, DomainReason::Reject, DomainReason::Spend, DomainReason::Expire,
        DomainReason::Clawback, DomainReason::Settle,
    ];
    "What an account is for." Account = [
        AccountKind::Program, AccountKind::Held, AccountKind::Available, AccountKind::Debt, AccountKind::Spent,
        AccountKind::Expired,
    ];
    "What a notice tells." NoticeKind = [
        Kind::Welcome, Kind::FriendJoined, Kind::RewardGranted, Kind::RewardAvailable, Kind::RewardReversed,
    ];
}

/// What a member has of one unit, in minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Balance {
    /// The unit.
    unit: String,
    /// Granted, and held or waiting for approval.
    held: i64,
    /// To spend.
    available: i64,
    /// Owed after a clawback of what was spent; at most 0.
    debt: i64,
}

/// A member's figures in one program.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standing {
    /// The program, `prg_…`.
    program_id: String,
    /// Referrals that signed up.
    registered: u32,
    /// Of these, qualified and not reversed.
    qualified: u32,
}

/// A member with what belongs to them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberOverview {
    /// The member.
    member: Member,
    /// What they have, by unit.
    balances: Vec<Balance>,
    /// Their figures, by program.
    standings: Vec<Standing>,
    /// Notices that they have not read.
    unread_notices: u64,
}

/// A movement of value between two accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Transfer {
    /// Its id, `trf_…`.
    id: String,
    /// Loses the amount.
    #[schema(value_type = Account)]
    from: AccountKind,
    /// Gains the amount.
    #[schema(value_type = Account)]
    to: AccountKind,
    /// The unit.
    unit: String,
    /// In minor units, above zero.
    amount: i64,
    /// Why.
    #[schema(value_type = TransferReason)]
    reason: DomainReason,
    /// The grant it belongs to, `grt_…`.
    #[schema(required)]
    grant_id: Option<String>,
    /// The event that caused it, `evt_…`.
    #[schema(required)]
    event_id: Option<String>,
    /// Your id of a spend.
    #[schema(required)]
    operation_id: Option<String>,
    /// When.
    at: DateTime<Utc>,
}

/// A notice for a member.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notice {
    /// Its id, `ntc_…`.
    id: String,
    /// What it tells.
    #[schema(value_type = NoticeKind)]
    kind: Kind,
    /// What its text needs: names, amounts, dates.
    data: serde_json::Value,
    /// When it was read.
    #[schema(required)]
    read_at: Option<DateTime<Utc>>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

/// A member's own code and link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberLink {
    /// The link.
    url: String,
    /// The code that it carries.
    code: Code,
}

/// Notices to be marked as read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesRead {
    /// Their ids, `ntc_…`.
    #[schema(value_type = Vec<String>)]
    pub(crate) notice_ids: Vec<NoticeId>,
}

/// Which program a member's link is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkWanted {
    /// The program, `prg_…`.
    #[schema(value_type = String)]
    pub(crate) program_id: ProgramId,
}

/// It is done; there is nothing more to tell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {}

impl Validate for NoticesRead {}
impl Validate for LinkWanted {}

impl MemberLink {
    /// A link with its code.
    pub(crate) fn new(app: &App, link: app::codes::MemberLink) -> Self {
        Self {
            url: link.url.into(),
            code: Code::new(app, link.code),
        }
    }
}

impl From<use_cases::Balance> for Balance {
    fn from(balance: use_cases::Balance) -> Self {
        Self {
            unit: balance.unit.into(),
            held: balance.held.0,
            available: balance.available.0,
            debt: balance.debt.0,
        }
    }
}

impl From<referrals::Standing> for Standing {
    fn from(standing: referrals::Standing) -> Self {
        Self {
            program_id: standing.program.to_string(),
            registered: standing.registered,
            qualified: standing.qualified,
        }
    }
}

impl From<use_cases::MemberOverview> for MemberOverview {
    fn from(overview: use_cases::MemberOverview) -> Self {
        Self {
            member: overview.member.into(),
            balances: overview.balances.into_iter().map(Balance::from).collect(),
            standings: overview
                .standings
                .into_iter()
                .map(|(_, standing)| standing.into())
                .collect(),
            unread_notices: overview.unread,
        }
    }
}

impl From<DomainTransfer> for Transfer {
    fn from(transfer: DomainTransfer) -> Self {
        Self {
            id: transfer.id.to_string(),
            from: transfer.debit.kind,
            to: transfer.credit.kind,
            unit: transfer.debit.unit.into(),
            amount: transfer.amount.0,
            reason: transfer.reason,
            grant_id: transfer.grant.map(|id| id.to_string()),
            event_id: transfer.event.map(|id| id.to_string()),
            operation_id: transfer.operation,
            at: transfer.at,
        }
    }
}

impl From<notices::Notice> for Notice {
    fn from(notice: notices::Notice) -> Self {
        Self {
            id: notice.id.to_string(),
            kind: notice.kind,
            data: notice.data,
            read_at: notice.read_at,
            created_at: notice.created_at,
        }
    }
}
