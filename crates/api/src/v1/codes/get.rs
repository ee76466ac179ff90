//! `GET /api/v1/codes/{code}`

use super::Code;
use crate::prelude::*;

failures!(reads: NotFound, InviteCodeInvalid);

/// Shows a code.
#[utoipa::path(get, path = "/api/v1/codes/{code}", tag = "codes", operation_id = "get_code",
    params(("code" = String, Path, description = "The code, in any spelling that counts as the same.")),
    responses((status = 200, description = "The code.", body = Code), Failure))]
pub(super) async fn get(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(text): PathOf<String>,
) -> Answer<Code> {
    let code = app::codes::get_code(&app, &ctx, project, &text).await?;
    shown(Code::new(&app, code))
}
