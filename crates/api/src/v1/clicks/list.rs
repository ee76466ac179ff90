//! `GET /api/v1/clicks`

use app::{Period, clicks::ClickFilter};
use kernel::CodeId;

use super::Click;
use crate::prelude::*;

list_query! {
    /// Which clicks.
    ClicksQuery {
        /// Only of this program, `prg_…`.
        #[param(value_type = Option<String>)]
        program_id: Option<ProgramId>,
        /// Only of this code, `cod_…`.
        #[param(value_type = Option<String>)]
        code_id: Option<CodeId>,
        /// Only from then on.
        since: Option<DateTime<Utc>>,
        /// Only before then.
        until: Option<DateTime<Utc>>,
    }
}

failures!(reads: ValidationFailed);

/// Lists clicks on invite links.
#[utoipa::path(get, path = "/api/v1/clicks", tag = "clicks", operation_id = "list_clicks", params(ClicksQuery),
    responses((status = 200, description = "A page of clicks.", body = Page<Click>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<ClicksQuery>,
) -> Answer<Page<Click>> {
    let page = query.page()?;
    let filter = ClickFilter {
        program: query.program_id,
        code: query.code_id,
        period: Period {
            from: query.since,
            until: query.until,
        },
    };
    shown(app::clicks::list_clicks(&app, &ctx, project, filter, page).await?)
}
