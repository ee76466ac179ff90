//! Operators: the people of the console, with roles. They belong to the installation.

use domain::people::{
    Operator as DomainOperator, OperatorToken as DomainToken, Role as DomainRole, RoleAssignment,
};
use kernel::ExposeSecret;

use crate::prelude::*;

mod create;
mod create_token;
mod list;
mod revoke_token;
mod tokens;
mod update;

words! {
    "What a person is in the team." Role = DomainRole::ALL;
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(update::update))
        .routes(routes!(tokens::tokens, create_token::create_token))
        .routes(routes!(revoke_token::revoke_token))
}

/// A role, in one project or in all.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Assignment {
    /// Slug of the project, in both modes; null: every project and the installation itself.
    project: Option<String>,
    /// The role.
    #[schema(value_type = Role)]
    role: DomainRole,
}

/// A person with an account in the console.
#[derive(Debug, Serialize, ToSchema)]
struct Operator {
    /// Their id, `opr_…`.
    id: String,
    /// E-mail.
    email: String,
    /// Name for people.
    name: String,
    /// What they may do.
    roles: Vec<Assignment>,
    /// May do nothing since then.
    #[schema(required)]
    disabled_at: Option<DateTime<Utc>>,
    /// When the account was made.
    created_at: DateTime<Utc>,
}

/// A token of an operator, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct OperatorToken {
    /// Its id, `key_…`.
    id: String,
    /// Whose, `opr_…`.
    operator_id: String,
    /// Name for people.
    name: String,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Not valid from then on.
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// Not valid since then.
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
}

/// A token of an operator with its secret.
#[derive(Debug, Serialize, ToSchema)]
struct OperatorTokenWithSecret {
    /// The token.
    token: OperatorToken,
    /// `inv_op_…`. Shown once; null where the request is a repetition.
    #[schema(required)]
    secret: Option<String>,
}

impl From<RoleAssignment> for Assignment {
    fn from(RoleAssignment { project, role }: RoleAssignment) -> Self {
        Self { project, role }
    }
}

impl From<Assignment> for RoleAssignment {
    fn from(Assignment { project, role }: Assignment) -> Self {
        Self { project, role }
    }
}

impl From<DomainOperator> for Operator {
    fn from(operator: DomainOperator) -> Self {
        Self {
            id: operator.id.to_string(),
            email: operator.email,
            name: operator.name,
            roles: operator.roles.into_iter().map(Assignment::from).collect(),
            disabled_at: operator.disabled_at,
            created_at: operator.created_at,
        }
    }
}

impl From<DomainToken> for OperatorToken {
    fn from(token: DomainToken) -> Self {
        Self {
            id: token.id.to_string(),
            operator_id: token.operator.to_string(),
            name: token.name,
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

impl From<app::operators::TokenWithSecret> for OperatorTokenWithSecret {
    fn from(made: app::operators::TokenWithSecret) -> Self {
        Self {
            token: made.token.into(),
            secret: made.secret.map(|secret| secret.expose_secret().to_owned()),
        }
    }
}
