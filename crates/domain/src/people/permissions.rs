//! The closed set of permissions.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($variant:ident $slug:literal $doc:literal;)*) => {
        /// What may be done: `area:verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Permission {
            $(#[doc = $doc] #[serde(rename = $slug)] $variant,)*
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            /// What it permits, in a sentence.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc),* }
            }
        }
    };
}

permissions! {
    ProjectsRead "projects:read" "See projects and their settings.";
    ProjectsWrite "projects:write" "Make projects and change their settings.";
    ProgramsRead "programs:read" "See programs and their versions.";
    ProgramsWrite "programs:write" "Make, change, start, pause and end programs.";
    CodesRead "codes:read" "See invite codes.";
    CodesWrite "codes:write" "Make and revoke invite codes.";
    InvitationsWrite "invitations:write" "Send, repeat and revoke invitations.";
    MembersRead "members:read" "See members and what belongs to them.";
    MembersWrite "members:write" "Add and change members.";
    EventsWrite "events:write" "Send events.";
    ReferralsRead "referrals:read" "See referrals and their decision records.";
    ReferralsReview "referrals:review" "Accept, reject and reverse referrals.";
    RewardsRead "rewards:read" "See grants.";
    RewardsApprove "rewards:approve" "Approve, reject and reverse grants.";
    RewardsClaim "rewards:claim" "Claim grants for a member.";
    LedgerRead "ledger:read" "See balances and transfers.";
    LedgerSpend "ledger:spend" "Spend a member's units.";
    CouponsRead "coupons:read" "See coupon pools.";
    CouponsWrite "coupons:write" "Make and fill coupon pools.";
    WebhooksRead "webhooks:read" "See webhook endpoints and their deliveries.";
    WebhooksWrite "webhooks:write" "Make and change webhook endpoints.";
    KeysRead "keys:read" "See API keys, never their secrets.";
    KeysWrite "keys:write" "Make, rotate and revoke API keys.";
    OperatorsRead "operators:read" "See operators and their roles.";
    OperatorsWrite "operators:write" "Add operators and change their roles.";
    AuditRead "audit:read" "See the audit trail.";
    StatsRead "stats:read" "See statistics.";
}

/// The text names no permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such permission")]
pub struct PermissionError;

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        let found = Self::ALL
            .iter()
            .find(|permission| permission.slug() == text);
        found.copied().ok_or(PermissionError)
    }
}
