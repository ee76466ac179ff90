//! `GET /api/v1/codes`

use app::codes::{CodeFilter, CodeState as Standing};
use domain::codes::CodeKind as Kind;

use super::{Code, CodeKind, CodeState};
use crate::prelude::*;

list_query! {
    /// Which codes.
    CodesQuery {
        /// Only of this program, `prg_…`.
        #[param(value_type = Option<String>)]
        program_id: Option<ProgramId>,
        /// Only of this member, `mem_…`.
        #[param(value_type = Option<String>)]
        owner_id: Option<MemberId>,
        /// Only of this kind.
        #[param(inline, value_type = Option<CodeKind>)]
        kind: Option<Kind>,
        /// Only of this batch.
        batch: Option<String>,
        /// Only those that stand so.
        #[param(inline, value_type = Option<CodeState>)]
        state: Option<Standing>,
        /// Only those that begin so, however that is spelt; the list is then alphabetical.
        search: Option<String>,
    }
}

failures!(reads: ValidationFailed);

/// Lists codes.
#[utoipa::path(get, path = "/api/v1/codes", tag = "codes", operation_id = "list_codes", params(CodesQuery),
    responses((status = 200, description = "A page of codes.", body = Page<Code>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<CodesQuery>,
) -> Answer<Page<Code>> {
    let page = query.page()?;
    let CodesQuery {
        program_id,
        owner_id,
        kind,
        batch,
        state,
        search,
        ..
    } = query;
    let filter = CodeFilter {
        program: program_id,
        owner: owner_id,
        kind,
        batch,
        state,
        prefix: search,
    };
    let codes = app::codes::list_codes(&app, &ctx, project, filter, page).await?;
    shown(codes.map(|code| Code::new(&app, code)))
}
