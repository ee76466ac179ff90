//! Roles: who may do what.

use serde::{Deserialize, Serialize};

use super::Permission;

/// What a person is in the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything.
    Owner,
    /// Everything but changing who the operators are.
    Admin,
    /// Programs, codes, invitations and coupons.
    Growth,
    /// Helps members.
    Support,
    /// Decides about suspicious referrals.
    Reviewer,
    /// Approves rewards and reads the ledger.
    Finance,
    /// Reads figures, not people.
    Analyst,
    /// Wires an application to a project.
    Developer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Admin,
        Self::Growth,
        Self::Support,
        Self::Reviewer,
        Self::Finance,
        Self::Analyst,
        Self::Developer,
    ];

    /// Whether the role includes the permission.
    pub fn permits(self, permission: Permission) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => permission != Permission::OperatorsWrite,
            other => others(permission).contains(&other),
        }
    }
}

/// The table: who besides owners and admins.
#[expect(clippy::match_same_arms, reason = "a table reads line by line")]
const fn others(permission: Permission) -> &'static [Role] {
    use Permission as P;
    use Role::{Analyst, Developer, Finance, Growth, Reviewer, Support};
    match permission {
        P::ProjectsRead => &[Growth, Support, Reviewer, Finance, Analyst, Developer],
        P::ProjectsWrite => &[],
        P::ProgramsRead => &[Growth, Support, Reviewer, Finance, Analyst, Developer],
        P::ProgramsWrite => &[Growth],
        P::CodesRead => &[Growth, Support, Reviewer, Analyst, Developer],
        P::CodesWrite => &[Growth, Support, Developer],
        P::InvitationsWrite => &[Growth, Support],
        P::MembersRead => &[Growth, Support, Reviewer, Finance, Developer],
        P::MembersWrite => &[Support, Developer],
        P::EventsWrite => &[Developer],
        P::ReferralsRead => &[Growth, Support, Reviewer, Finance, Analyst, Developer],
        P::ReferralsReview => &[Reviewer],
        P::RewardsRead => &[Growth, Support, Reviewer, Finance, Analyst, Developer],
        P::RewardsApprove => &[Finance],
        P::RewardsClaim => &[Support],
        P::LedgerRead => &[Support, Reviewer, Finance, Analyst],
        P::LedgerSpend => &[Finance],
        P::CouponsRead => &[Growth, Support, Finance],
        P::CouponsWrite => &[Growth],
        P::WebhooksRead => &[Support, Developer],
        P::WebhooksWrite => &[Developer],
        P::KeysRead => &[Developer],
        P::KeysWrite => &[Developer],
        P::OperatorsRead => &[],
        P::OperatorsWrite => &[],
        P::AuditRead => &[Reviewer, Finance],
        P::StatsRead => &[Growth, Support, Reviewer, Finance, Analyst, Developer],
    }
}
