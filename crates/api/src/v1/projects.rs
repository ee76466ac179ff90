//! Projects: the tenants.

use domain::projects;

use crate::prelude::*;

mod create;
mod get;
mod list;
mod update;

words! {
    "Real data, or data for rehearsal." Mode = [projects::Mode::Live, projects::Mode::Test];
    "How member tokens are signed." TokenAlgorithm = [
        projects::TokenAlgorithm::EdDSA, projects::TokenAlgorithm::ES256, projects::TokenAlgorithm::HS256,
    ];
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, update::update))
}

/// A project in one mode.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Project {
    /// Its id, `prj_…`.
    id: String,
    /// Short name in addresses, the same in both modes.
    slug: String,
    /// Live or test.
    #[schema(value_type = Mode)]
    mode: projects::Mode,
    /// Name for people.
    name: String,
    /// What can be configured.
    settings: Settings,
    /// When it was made.
    created_at: DateTime<Utc>,
}

/// What can be configured for a project.
#[derive(Debug, Serialize, ToSchema)]
struct Settings {
    /// The keys that verify member tokens.
    member_tokens: Vec<TokenKeyShown>,
}

/// A key that verifies member tokens.
#[derive(Debug, Serialize, ToSchema)]
struct TokenKeyShown {
    /// The `kid` of the token's header.
    #[schema(required)]
    kid: Option<String>,
    /// The algorithm.
    #[schema(value_type = TokenAlgorithm)]
    algorithm: projects::TokenAlgorithm,
    /// PEM of a public key; null for shared secrets, which are not shown again.
    #[schema(required)]
    key: Option<String>,
}

impl From<projects::Project> for Project {
    fn from(project: projects::Project) -> Self {
        Self {
            id: project.id.to_string(),
            slug: project.slug,
            mode: project.mode,
            name: project.name,
            settings: project.settings.into(),
            created_at: project.created_at,
        }
    }
}

impl From<projects::ProjectSettings> for Settings {
    fn from(settings: projects::ProjectSettings) -> Self {
        Self {
            member_tokens: settings
                .member_tokens
                .into_iter()
                .map(TokenKeyShown::from)
                .collect(),
        }
    }
}

impl From<projects::TokenKey> for TokenKeyShown {
    fn from(key: projects::TokenKey) -> Self {
        let public = key.algorithm != projects::TokenAlgorithm::HS256;
        Self {
            kid: key.kid,
            algorithm: key.algorithm,
            key: Some(key.key).filter(|_| public),
        }
    }
}
