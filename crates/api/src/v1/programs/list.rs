//! `GET /api/v1/programs`

use super::Program;
use crate::prelude::*;

list_query! {
    /// Which programs.
    ProgramsQuery {
        /// Only the program with this slug.
        slug: Option<String>,
    }
}

failures!(reads: ValidationFailed);

/// Lists programs.
#[utoipa::path(get, path = "/api/v1/programs", tag = "programs", operation_id = "list_programs",
    params(ProgramsQuery),
    responses((status = 200, description = "A page of programs.", body = Page<Program>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<ProgramsQuery>,
) -> Answer<Page<Program>> {
    let Some(slug) = &query.slug else {
        return shown(app::programs::list_programs(&app, &ctx, project, query.page()?).await?);
    };
    let found = app::programs::find_program(&app, &ctx, project, slug).await;
    shown(Page::whole(crate::page::found(found)?))
}
