//! `POST /api/v1/operators`

use super::{Assignment, Operator};
use crate::prelude::*;

/// An operator to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOperator {
    /// E-mail; unique in the installation.
    #[schema(format = "email", max_length = 191)]
    email: String,
    /// Name for people.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What they may do.
    #[schema(min_items = 1)]
    roles: Vec<Assignment>,
}

impl Validate for NewOperator {}

failures!(writes: Conflict);

/// Adds an operator.
#[utoipa::path(post, path = "/api/v1/operators", tag = "operators", operation_id = "create_operator",
    request_body = NewOperator,
    responses((status = 201, description = "The operator.", body = Operator), Failure))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Installation,
    Valid(NewOperator { email, name, roles }): Valid<NewOperator>,
) -> Made<Operator> {
    let roles = roles.into_iter().map(Into::into).collect();
    let new = app::operators::NewOperator { email, name, roles };
    made(app::operators::create_operator(&app, &caller.ctx, new).await?)
}
