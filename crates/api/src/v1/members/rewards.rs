//! `GET /api/v1/members/{id}/rewards`

use app::rewards::GrantFilter;

use crate::{prelude::*, v1::rewards::Grant};

list_query! {
    /// Which grants.
    MemberGrantsQuery {}
}

failures!(reads: ValidationFailed);

/// Lists a member's grants.
#[utoipa::path(get, path = "/api/v1/members/{id}/rewards", tag = "members", operation_id = "list_member_grants",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), MemberGrantsQuery),
    responses((status = 200, description = "A page of grants.", body = Page<Grant>), Failure))]
pub(super) async fn rewards(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(query): Params<MemberGrantsQuery>,
) -> Answer<Page<Grant>> {
    let filter = GrantFilter {
        member: Some(id),
        ..GrantFilter::default()
    };
    shown(app::rewards::list_grants(&app, &ctx, project, filter, query.page()?).await?)
}
