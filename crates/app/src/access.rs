//! Who is asking, and whether they may.

use domain::members::Member;
use domain::people::{ApiKey, Operator, Permission};
use domain::projects::Project;
use kernel::{Actor, Ctx, KeyId, MemberId, OperatorId, Problem, ProblemCode, ProjectId};
use sha2::{Digest, Sha256};
use std::sync::Arc;

use crate::{App, AppResult};

/// The hash under which a secret of high entropy is stored.
pub(crate) fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The API key that a secret stands for.
///
/// # Errors
/// `unauthenticated` where there is none, or it is revoked or past its time.
pub async fn authenticate_key(app: &App, ctx: &Ctx, secret: &str) -> AppResult<Arc<ApiKey>> {
    let hash = secret_hash(secret);
    let load = async { app.store().read().directory().key_by_hash(&hash).await };
    let key = app.caches().key_by_hash.get_or_load(&hash, load).await?;
    key.filter(|key| key.is_valid(ctx.now()))
        .ok_or_else(|| ProblemCode::Unauthenticated.into())
}

/// The operator whose access token a secret is.
///
/// # Errors
/// `unauthenticated` where there is none, it is revoked or past its time, or the operator is disabled.
pub async fn authenticate_operator(app: &App, ctx: &Ctx, secret: &str) -> AppResult<Arc<Operator>> {
    let hash = secret_hash(secret);
    let now = ctx.now();
    let load = async {
        let reader = app.store().read();
        let directory = reader.directory();
        match directory.operator_token_by_hash(&hash).await? {
            Some(token) if token.is_valid(now) => directory.operator(token.operator).await,
            _ => Ok::<_, store::StoreError>(None),
        }
    };
    let operator = app
        .caches()
        .operator_by_hash
        .get_or_load(&hash, load)
        .await?;
    operator
        .filter(|operator| operator.disabled_at.is_none())
        .ok_or_else(|| ProblemCode::Unauthenticated.into())
}

/// The project with this id, from memory where it is known.
///
/// # Errors
/// `not_found`.
pub(crate) async fn project(app: &App, id: ProjectId) -> AppResult<Arc<Project>> {
    let load = async { app.store().read().directory().project(id).await };
    let project = app.caches().projects.get_or_load(&id, load).await?;
    project.ok_or_else(|| ProblemCode::NotFound.into())
}

/// The member with this id of this project.
///
/// # Errors
/// `not_found`.
pub(crate) async fn known_member(app: &App, project: ProjectId, id: MemberId) -> AppResult<Member> {
    let member = app
        .store()
        .read()
        .project(project)
        .members()
        .find(id)
        .await?;
    member.ok_or_else(|| ProblemCode::NotFound.into())
}

impl App {
    /// Whether the actor may do this in a project.
    ///
    /// # Errors
    /// `not_found` where the actor has nothing to do with the project, `forbidden` where they lack the permission,
    /// `unauthenticated` where nobody is known.
    pub async fn authorize(
        &self,
        ctx: &Ctx,
        id: ProjectId,
        permission: Permission,
    ) -> AppResult<()> {
        match &ctx.actor {
            Actor::Cli | Actor::System(_) => Ok(()),
            Actor::Anonymous => Err(ProblemCode::Unauthenticated.into()),
            Actor::Member(_) => Err(ProblemCode::Forbidden.into()),
            Actor::Key(key) => {
                let key = self.key(*key).await?;
                if key.project != id {
                    return Err(ProblemCode::NotFound.into());
                }
                permitted(key.permits(permission, ctx.now()), permission)
            }
            Actor::Operator(operator) => {
                let operator = self.operator(*operator).await?;
                let project = project(self, id).await?;
                let concerned = |assignment: &domain::people::RoleAssignment| {
                    assignment
                        .project
                        .as_ref()
                        .is_none_or(|slug| *slug == project.slug)
                };
                if !operator.roles.iter().any(concerned) {
                    return Err(ProblemCode::NotFound.into());
                }
                permitted(
                    operator.permits(permission, Some(&project.slug)),
                    permission,
                )
            }
        }
    }

    /// Whether the actor has a permission in a project that concerns them: what they may not see is left out.
    ///
    /// # Errors
    /// Those of [`Self::authorize`], except `forbidden`.
    pub async fn may(&self, ctx: &Ctx, id: ProjectId, permission: Permission) -> AppResult<bool> {
        match self.authorize(ctx, id, permission).await {
            Ok(()) => Ok(true),
            Err(error) if error.problem().code == ProblemCode::Forbidden => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the actor may do this with what belongs to a member: members may with their own.
    ///
    /// # Errors
    /// Those of [`Self::authorize`].
    pub(crate) async fn authorize_self(
        &self,
        ctx: &Ctx,
        id: ProjectId,
        member: MemberId,
        permission: Permission,
    ) -> AppResult<()> {
        if ctx.actor == Actor::Member(member) {
            return Ok(());
        }
        self.authorize(ctx, id, permission).await
    }

    /// Whether the actor may do this to the installation itself.
    ///
    /// # Errors
    /// `forbidden`, or `unauthenticated` where nobody is known.
    pub async fn authorize_installation(&self, ctx: &Ctx, permission: Permission) -> AppResult<()> {
        match &ctx.actor {
            Actor::Cli | Actor::System(_) => Ok(()),
            Actor::Anonymous => Err(ProblemCode::Unauthenticated.into()),
            Actor::Member(_) | Actor::Key(_) => Err(ProblemCode::Forbidden.into()),
            Actor::Operator(operator) => {
                let operator = self.operator(*operator).await?;
                permitted(operator.permits(permission, None), permission)
            }
        }
    }

    pub(crate) async fn key(&self, id: KeyId) -> AppResult<Arc<ApiKey>> {
        let load = async { self.store().read().directory().key(id).await };
        let key = self.caches().keys.get_or_load(&id, load).await?;
        key.ok_or_else(|| ProblemCode::Unauthenticated.into())
    }

    pub(crate) async fn operator(&self, id: OperatorId) -> AppResult<Arc<Operator>> {
        let load = async { self.store().read().directory().operator(id).await };
        let operator = self.caches().operators.get_or_load(&id, load).await?;
        operator.ok_or_else(|| ProblemCode::Unauthenticated.into())
    }
}

fn permitted(permitted: bool, permission: Permission) -> AppResult<()> {
    if permitted {
        return Ok(());
    }
    let detail = format!("This needs the permission `{permission}`.");
    Err(Problem::new(ProblemCode::Forbidden, detail).into())
}
