//! `PATCH /api/v1/operators/{id}`

use super::{Assignment, Operator};
use crate::prelude::*;

/// What is to change. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OperatorPatch {
    /// Name for people.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// What they may do, all of it.
    roles: Option<Vec<Assignment>>,
    /// Whether they may do nothing at all.
    disabled: Option<bool>,
}

impl Validate for OperatorPatch {}

failures!(writes: NotFound, Conflict);

/// Changes an operator. The last owner stays one.
#[utoipa::path(patch, path = "/api/v1/operators/{id}", tag = "operators", operation_id = "update_operator",
    params(("id" = String, Path, description = "The operator's id, `opr_…`.")),
    request_body = OperatorPatch,
    responses((status = 200, description = "The operator.", body = Operator), Failure))]
pub(super) async fn update(
    State(app): State<App>,
    caller: Installation,
    PathOf(id): PathOf<OperatorId>,
    Valid(OperatorPatch {
        name,
        roles,
        disabled,
    }): Valid<OperatorPatch>,
) -> Answer<Operator> {
    let roles = roles.map(|roles| roles.into_iter().map(Into::into).collect());
    let patch = app::operators::OperatorPatch {
        name,
        roles,
        disabled,
    };
    shown(app::operators::update_operator(&app, &caller.ctx, id, patch).await?)
}
