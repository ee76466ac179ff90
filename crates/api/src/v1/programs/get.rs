//! `GET /api/v1/programs/{id}`

use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::Program;
use crate::{etag, prelude::*, refusal::Refusal};

failures!(reads: NotFound);

/// Shows a program. With `If-None-Match` it answers 304 where the program is unchanged.
#[utoipa::path(get, path = "/api/v1/programs/{id}", tag = "programs", operation_id = "get_program",
    params(
        ("id" = String, Path, description = "The program's id, `prg_…`."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The program.", body = Program,
            headers(("ETag" = String, description = "Changes with the program."))),
        (status = 304, description = "The program is unchanged."),
        Failure,
    ))]
pub(super) async fn get(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<ProgramId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let program = app::programs::get_program(&app, &ctx, project, id).await?;
    let tag = format!(
        "\"{}.{}\"",
        program.version,
        program.updated_at.timestamp_micros()
    );
    Ok(etag::answer(&headers, &tag, || {
        Json(Program::from(program)).into_response()
    }))
}
