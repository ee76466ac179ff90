//! `POST /api/v1/me/claim`

use crate::prelude::*;

/// Who invited the member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// The inviter's code.
    code: String,
}

/// What came of naming an inviter.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Claimed {
    /// The new referral, `ref_…`.
    #[schema(required)]
    referral_id: Option<String>,
}

impl Validate for Claim {}

failures!(writes: InviteCodeInvalid, InviteCodeExpired, InviteCodeRevoked, InviteCodeExhausted, SelfInvitation,
    AlreadyInvited, ClaimWindowOver, ProgramNotActive, QuotaExceeded, RiskBlocked);

/// Names, after the sign-up, who invited the member.
#[utoipa::path(post, path = "/api/v1/me/claim", tag = "me", operation_id = "claim_inviter", request_body = Claim,
    responses((status = 201, description = "The member has an inviter.", body = Claimed), Failure))]
pub(super) async fn claim(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Valid(Claim { code }): Valid<Claim>,
) -> Made<Claimed> {
    let ingested = app::me::claim_inviter(&app, &ctx, project, &code).await?;
    made(Claimed {
        referral_id: ingested.outcome.referral.map(|id| id.to_string()),
    })
}
