//! API keys: made, rotated, revoked. A secret is shown once.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    log::Fact,
    people::{ApiKey, Permission},
    projects::{Mode, Project},
};
use kernel::{
    Actor, Ctx, Entropy, KeyId, Page, PageRequest, Problem, ProblemCode, ProjectId, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::WriteTx;

use crate::{
    App, AppResult, SecretText,
    access::{self, secret_hash},
    findings::Findings,
    secrets::new_secret,
};

/// The longest overlap of a rotation, in hours: thirty days.
const LONGEST_OVERLAP: u32 = 30 * 24;
/// Characters of a key that are kept to tell keys apart: the prefix and four more.
const HINT: usize = "inv_live_".len() + 4;

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// Name for people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// Not valid from then on.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// A key, and the first time its secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeyWithSecret {
    /// The key.
    pub key: ApiKey,
    /// What opens the API; none where the answer of then is given again.
    #[serde(skip)]
    pub secret: Option<SecretText>,
}

/// Makes a key.
///
/// # Errors
/// `validation_failed`; `forbidden` where a scope is one that the actor does not have.
pub async fn create_key(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewKey,
) -> AppResult<KeyWithSecret> {
    app.authorize(ctx, project, Permission::KeysWrite).await?;
    let mut findings = Findings::default();
    findings.expect_line(&new.name, "name", 120);
    findings.expect(
        !new.scopes.is_empty(),
        "scopes",
        "required",
        "Say what the key may do.",
    );
    findings.expect_future(new.expires_at, ctx.now());
    findings.told()?;
    let tenant = access::project(app, project).await?;
    may_give(app, ctx, project, &new.scopes).await?;
    let own = ctx.clone();
    let made = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, new, tenant) = (own.clone(), new.clone(), Arc::clone(&tenant));
            Box::pin(async move {
                let made = generate(&ctx, &tenant, new);
                insert(tx, &ctx, &made.key, "key.created").await?;
                Ok(made)
            })
        })
        .await?;
    forget(app, &made.key);
    Ok(made)
}

/// A page of keys, newest first, revoked ones too.
pub async fn list_keys(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    page: PageRequest,
) -> AppResult<Page<ApiKey>> {
    app.authorize(ctx, project, Permission::KeysRead).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .keys()
        .list(page)
        .await?)
}

/// Revokes a key. One that was revoked before keeps its date.
pub async fn revoke_key(app: &App, ctx: &Ctx, project: ProjectId, id: KeyId) -> AppResult<ApiKey> {
    app.authorize(ctx, project, Permission::KeysWrite).await?;
    let own = ctx.clone();
    let key = app
        .write(ctx, Some(project), move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let mut key = present(tx, project, id).await?;
                if key.revoked_at.is_none() {
                    key.revoked_at = Some(ctx.now());
                    tx.project(project).keys().update(&key).await?;
                    record(tx, &ctx, &key, "key.revoked").await?;
                }
                Ok(key)
            })
        })
        .await?;
    forget(app, &key);
    Ok(key)
}

/// Makes a key that may do the same, and lets the old one go on for `overlap_hours` (at most 720).
///
/// # Errors
/// `validation_failed`; `invalid_transition` where the old one is no longer valid; `forbidden` where the actor does not
/// have its scopes.
pub async fn rotate_key(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: KeyId,
    overlap_hours: u32,
) -> AppResult<KeyWithSecret> {
    app.authorize(ctx, project, Permission::KeysWrite).await?;
    let mut findings = Findings::default();
    let fits = overlap_hours <= LONGEST_OVERLAP;
    findings.expect(
        fits,
        "overlap_hours",
        "out_of_range",
        "Use at most 720 hours.",
    );
    findings.told()?;
    let tenant = access::project(app, project).await?;
    let old = app
        .store()
        .read()
        .project(project)
        .keys()
        .find(id)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    may_give(app, ctx, project, &old.scopes).await?;
    let own = ctx.clone();
    let made = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, tenant) = (own.clone(), Arc::clone(&tenant));
            Box::pin(async move { rotate(tx, &ctx, &tenant, id, overlap_hours).await })
        })
        .await?;
    forget(app, &old);
    forget(app, &made.key);
    Ok(made)
}

async fn rotate(
    tx: &WriteTx,
    ctx: &Ctx,
    tenant: &Project,
    id: KeyId,
    overlap: u32,
) -> AppResult<KeyWithSecret> {
    let now = ctx.now();
    let mut old = present(tx, tenant.id, id).await?;
    if !old.is_valid(now) {
        return Err(Problem::new(
            ProblemCode::InvalidTransition,
            "This key is no longer valid.",
        )
        .into());
    }
    let new = NewKey {
        name: old.name.clone(),
        scopes: old.scopes.clone(),
        expires_at: old.expires_at,
    };
    let made = generate(ctx, tenant, new);
    insert(tx, ctx, &made.key, "key.created").await?;
    let end = now + TimeDelta::hours(i64::from(overlap));
    old.expires_at = Some(old.expires_at.map_or(end, |before| before.min(end)));
    tx.project(tenant.id).keys().update(&old).await?;
    record(tx, ctx, &old, "key.rotated").await?;
    Ok(made)
}

/// Nobody hands out more than they have.
async fn may_give(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    scopes: &[Permission],
) -> AppResult<()> {
    if matches!(ctx.actor, Actor::Cli | Actor::System(_)) {
        return Ok(());
    }
    for scope in scopes {
        app.authorize(ctx, project, *scope).await?;
    }
    Ok(())
}

fn generate(ctx: &Ctx, tenant: &Project, new: NewKey) -> KeyWithSecret {
    let secret = key_secret(tenant.mode, ctx.entropy.as_ref());
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let key = ApiKey {
        id: ctx.id(),
        project: tenant.id,
        name: new.name.trim().to_owned(),
        scopes,
        hash: secret_hash(&secret),
        hint: secret.chars().take(HINT).collect(),
        created_at: ctx.now(),
        expires_at: new.expires_at,
        revoked_at: None,
    };
    KeyWithSecret {
        key,
        secret: Some(secret.into()),
    }
}

fn key_secret(mode: Mode, entropy: &dyn Entropy) -> String {
    let prefix = match mode {
        Mode::Live => "inv_live_",
        Mode::Test => "inv_test_",
    };
    new_secret(prefix, entropy)
}

async fn present(tx: &WriteTx, project: ProjectId, id: KeyId) -> AppResult<ApiKey> {
    let found = tx.project(project).keys().find(id).await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

async fn insert(tx: &WriteTx, ctx: &Ctx, key: &ApiKey, action: &str) -> AppResult<()> {
    tx.project(key.project).keys().insert(key).await?;
    record(tx, ctx, key, action).await
}

async fn record(tx: &WriteTx, ctx: &Ctx, key: &ApiKey, action: &str) -> AppResult<()> {
    let detail = json!({
        "name": key.name, "scopes": key.scopes, "hint": key.hint, "expires_at": key.expires_at,
    });
    let project = Some(key.project);
    tx.audit(
        project,
        ctx.now(),
        &ctx.actor.label(),
        action,
        &key.id.to_string(),
        detail,
    )
    .await?;
    tx.emit(project, ctx.now(), vec![Fact::KeyChanged { key: key.id }]);
    Ok(())
}

fn forget(app: &App, key: &ApiKey) {
    app.caches().keys.invalidate(&key.id);
    app.caches().key_by_hash.invalidate(&key.hash);
}
