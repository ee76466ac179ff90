//! `PATCH /api/v1/codes/{code}`

use super::Code;
use crate::prelude::*;

/// The limits of a code, both of them anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeLimits {
    /// Sign-ups at most; null: no limit.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    max_uses: Option<u32>,
    /// Not valid from then on; null: never.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
}

impl Validate for CodeLimits {}

failures!(writes: NotFound, InviteCodeInvalid, InvalidTransition);

/// Changes the limits of a code.
#[utoipa::path(patch, path = "/api/v1/codes/{code}", tag = "codes", operation_id = "update_code",
    params(("code" = String, Path, description = "The code, in any spelling that counts as the same.")),
    request_body = CodeLimits,
    responses((status = 200, description = "The code.", body = Code), Failure))]
pub(super) async fn update(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(text): PathOf<String>,
    Valid(CodeLimits {
        max_uses,
        expires_at,
    }): Valid<CodeLimits>,
) -> Answer<Code> {
    let patch = app::codes::CodePatch {
        max_uses,
        expires_at,
    };
    let code = app::codes::update_code(&app, &ctx, project, &text, patch).await?;
    shown(Code::new(&app, code))
}
