//! `PATCH /api/v1/project`

use domain::projects::{ProjectSettings, TokenAlgorithm as Algorithm, TokenKey};

use super::{Project, TokenAlgorithm};
use crate::prelude::*;

/// What is to change. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectPatch {
    /// Name for people.
    name: Option<String>,
    /// All settings anew.
    settings: Option<NewSettings>,
}

/// What can be configured for a project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSettings {
    /// The keys that verify member tokens.
    #[serde(default)]
    member_tokens: Vec<NewTokenKey>,
}

/// A key that verifies member tokens.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTokenKey {
    /// The `kid` of the token's header; tokens without one are tried against every key.
    kid: Option<String>,
    /// The algorithm.
    #[schema(value_type = TokenAlgorithm)]
    algorithm: Algorithm,
    /// PEM of the public key; for `HS256` the shared secret of at least 32 bytes, or nothing to keep the present one of
    /// this `kid`.
    #[serde(default)]
    key: String,
}

impl Validate for ProjectPatch {}

impl From<NewSettings> for ProjectSettings {
    fn from(settings: NewSettings) -> Self {
        let key = |NewTokenKey {
                       kid,
                       algorithm,
                       key,
                   }| TokenKey {
            kid,
            algorithm,
            key,
        };
        Self {
            member_tokens: settings.member_tokens.into_iter().map(key).collect(),
        }
    }
}

failures!(writes: NotFound);

/// Changes the project.
#[utoipa::path(patch, path = "/api/v1/project", tag = "projects", operation_id = "update_project",
    request_body = ProjectPatch,
    responses((status = 200, description = "The project.", body = Project), Failure))]
pub(super) async fn update(
    State(app): State<App>,
    caller: Caller,
    Valid(patch): Valid<ProjectPatch>,
) -> Answer<Project> {
    let patch = app::projects::ProjectPatch {
        name: patch.name,
        settings: patch.settings.map(Into::into),
    };
    shown(app::projects::update_project(&app, &caller.ctx, caller.project, patch).await?)
}
