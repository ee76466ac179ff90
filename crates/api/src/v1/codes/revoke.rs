//! `POST /api/v1/codes/{code}/revoke`

use super::Code;
use crate::prelude::*;

failures!(reads: NotFound, InviteCodeInvalid, InvalidTransition, IdempotencyConflict);

/// Takes a code back for good.
#[utoipa::path(post, path = "/api/v1/codes/{code}/revoke", tag = "codes", operation_id = "revoke_code",
    params(("code" = String, Path, description = "The code, in any spelling that counts as the same.")),
    responses((status = 200, description = "The code.", body = Code), Failure))]
pub(super) async fn revoke(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(text): PathOf<String>,
) -> Answer<Code> {
    let code = app::codes::revoke_code(&app, &ctx, project, &text).await?;
    shown(Code::new(&app, code))
}
