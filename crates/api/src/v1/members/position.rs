//! `GET /api/v1/members/{id}/position`

use crate::prelude::*;

/// Which waitlist.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PositionQuery {
    /// The program, `prg_…`.
    #[param(value_type = String)]
    program_id: ProgramId,
}

/// A place in a waitlist.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name on the wire")]
pub(super) struct Position {
    /// The place, from 1.
    position: u64,
    /// How many stand before.
    ahead: u64,
    /// How many the member has brought in.
    invited: u32,
}

failures!(reads: NotFound, ValidationFailed);

/// Shows a member's place in a waitlist.
#[utoipa::path(get, path = "/api/v1/members/{id}/position", tag = "members", operation_id = "get_position",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), PositionQuery),
    responses((status = 200, description = "The place.", body = Position), Failure))]
pub(super) async fn position(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(PositionQuery { program_id }): Params<PositionQuery>,
) -> Answer<Position> {
    let app::waitlist::Position {
        position,
        ahead,
        invited,
    } = app::waitlist::position(&app, &ctx, project, program_id, id).await?;
    shown(Position {
        position,
        ahead,
        invited,
    })
}
