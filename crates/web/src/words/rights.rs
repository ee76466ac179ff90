//! Permissions and roles in words.

use domain::people::{Permission, Role};

use crate::texts::Texts;

/// What a permission permits.
pub(crate) const fn permission(t: &Texts, permission: Permission) -> &'static str {
    use Permission as P;
    let t = &t.rights;
    match permission {
        P::ProjectsRead => t.projects_read,
        P::ProjectsWrite => t.projects_write,
        P::ProgramsRead => t.programs_read,
        P::ProgramsWrite => t.programs_write,
        P::CodesRead => t.codes_read,
        P::CodesWrite => t.codes_write,
        P::InvitationsWrite => t.invitations_write,
        P::MembersRead => t.members_read,
        P::MembersWrite => t.members_write,
        P::EventsWrite => t.events_write,
        P::ReferralsRead => t.referrals_read,
        P::ReferralsReview => t.referrals_review,
        P::RewardsRead => t.rewards_read,
        P::RewardsApprove => t.rewards_approve,
        P::RewardsClaim => t.rewards_claim,
        P::LedgerRead => t.ledger_read,
        P::LedgerSpend => t.ledger_spend,
        P::CouponsRead => t.coupons_read,
        P::CouponsWrite => t.coupons_write,
        P::WebhooksRead => t.webhooks_read,
        P::WebhooksWrite => t.webhooks_write,
        P::KeysRead => t.keys_read,
        P::KeysWrite => t.keys_write,
        P::OperatorsRead => t.operators_read,
        P::OperatorsWrite => t.operators_write,
        P::AuditRead => t.audit_read,
        P::StatsRead => t.stats_read,
    }
}

/// What the area of a permission is called.
pub(crate) const fn area(t: &Texts, permission: Permission) -> &'static str {
    use Permission as P;
    let t = &t.rights;
    match permission {
        P::ProjectsRead | P::ProjectsWrite => t.projects,
        P::ProgramsRead | P::ProgramsWrite => t.programs,
        P::CodesRead | P::CodesWrite => t.codes,
        P::InvitationsWrite => t.invitations,
        P::MembersRead | P::MembersWrite => t.members,
        P::EventsWrite => t.events,
        P::ReferralsRead | P::ReferralsReview => t.referrals,
        P::RewardsRead | P::RewardsApprove | P::RewardsClaim => t.rewards,
        P::LedgerRead | P::LedgerSpend => t.ledger,
        P::CouponsRead | P::CouponsWrite => t.coupons,
        P::WebhooksRead | P::WebhooksWrite => t.webhooks,
        P::KeysRead | P::KeysWrite => t.keys,
        P::OperatorsRead | P::OperatorsWrite => t.operators,
        P::AuditRead => t.audit,
        P::StatsRead => t.stats,
    }
}

/// What a role is called, and what it may do.
pub(crate) const fn role(t: &Texts, role: Role) -> (&'static str, &'static str) {
    let t = &t.rights;
    match role {
        Role::Owner => (t.owner, t.owner_may),
        Role::Admin => (t.admin, t.admin_may),
        Role::Growth => (t.growth, t.growth_may),
        Role::Support => (t.support, t.support_may),
        Role::Reviewer => (t.reviewer, t.reviewer_may),
        Role::Finance => (t.finance, t.finance_may),
        Role::Analyst => (t.analyst, t.analyst_may),
        Role::Developer => (t.developer, t.developer_may),
    }
}

/// The permissions of a list by their areas, in the order of the table.
pub(crate) fn by_area(
    t: &Texts,
    permissions: impl IntoIterator<Item = Permission>,
) -> Vec<(&'static str, Vec<Permission>)> {
    let mut areas: Vec<(&'static str, Vec<Permission>)> = Vec::new();
    for permission in permissions {
        let name = area(t, permission);
        match areas.last_mut() {
            Some((last, found)) if *last == name => found.push(permission),
            _ => areas.push((name, vec![permission])),
        }
    }
    areas
}
