//! The first owner.

use chrono::TimeDelta;
use domain::{
    members::email_key,
    people::{LinkPurpose, Operator, Role, RoleAssignment, Session, SessionOwner},
};
use kernel::{Ctx, ExposeSecret, Problem, ProblemCode};
use store::{StoreError, WriteTx};
use url::Url;

use super::{
    Device, SignedIn, acting, hashing,
    links::{NewLink, expect_machine, open_link, use_up, useless},
    passwords::expect_password,
    sessions::Opening,
};
use crate::{
    App, AppError, AppResult, SecretText,
    findings::Findings,
    operators::{owns_all, record},
};

/// The first owner.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// E-mail.
    pub email: String,
    /// Name for people.
    pub name: String,
    /// Password, 12 to 128 characters.
    pub password: SecretText,
}

/// Whether no owner has a password yet.
pub async fn setup_open(app: &App, _ctx: &Ctx) -> AppResult<bool> {
    let reader = app.store().read();
    Ok(is_open(&reader.directory().operators().await?))
}

/// Once an owner has had a password, disabled or not, it stays closed.
fn is_open(operators: &[Operator]) -> bool {
    let begun = |operator: &Operator| operator.password_hash.is_some() && owns_all(operator);
    !operators.iter().any(begun)
}

/// A link with which the first owner makes their account within 24 hours; none once an owner has a password. The links
/// given out before work no longer.
///
/// # Errors
/// `forbidden` for everybody but the command line and the server itself.
pub async fn issue_setup_link(app: &App, ctx: &Ctx) -> AppResult<Option<Url>> {
    expect_machine(ctx)?;
    if !setup_open(app, ctx).await? {
        return Ok(None);
    }
    let new = NewLink::new(app, ctx, LinkPurpose::SetUp, None, TimeDelta::hours(24));
    let (link, now) = (new.link, ctx.now());
    let issued: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let link = link.clone();
            Box::pin(async move {
                let directory = tx.directory();
                directory.void_links(LinkPurpose::SetUp, None, now).await?;
                directory.insert_link(&link).await
            })
        })
        .await;
    issued?;
    Ok(Some(new.url))
}

/// Makes the first owner, or gives the owner with this e-mail who has no password yet theirs, and signs them in.
///
/// # Errors
/// `unauthenticated` where the link does not work; `validation_failed`; `conflict` where another operator has the
/// e-mail, or an owner has a password meanwhile.
pub async fn set_up_owner(
    app: &App,
    ctx: &Ctx,
    token: &str,
    new: NewOwner,
    device: Device,
) -> AppResult<SignedIn> {
    let link = open_link(app, ctx, LinkPurpose::SetUp, token).await?;
    let link = link.ok_or_else(useless)?;
    let mut findings = Findings::default();
    findings.expect_email(&new.email);
    findings.expect_line(&new.name, "name", 120);
    expect_password(
        &mut findings,
        new.password.expose_secret(),
        &new.email,
        &new.name,
    );
    findings.told()?;
    let hash = hashing::hash(app, ctx, new.password.expose_secret()).await?;
    let opening = Opening::new(app, ctx, device);
    let (own, again) = (ctx.clone(), opening.clone());
    let session = app
        .store()
        .transact(move |tx| {
            let (ctx, new, opening) = (own.clone(), new.clone(), again.clone());
            let hash = hash.clone();
            Box::pin(async move {
                use_up(tx, &ctx, LinkPurpose::SetUp, &link.hash).await?;
                let operator = owner(tx, &ctx, &new, hash).await?;
                let session: Result<Session, AppError> = opening
                    .open(tx, &ctx, SessionOwner::Operator(operator.id))
                    .await;
                session
            })
        })
        .await?;
    if let SessionOwner::Operator(id) = session.who {
        app.caches().operators.invalidate(&id);
    }
    Ok(opening.done(session))
}

/// The owner with their password, written.
async fn owner(tx: &WriteTx, ctx: &Ctx, new: &NewOwner, hash: String) -> AppResult<Operator> {
    let conflict = |detail: &str| Problem::new(ProblemCode::Conflict, detail);
    let all = tx.directory().lock_operators().await?;
    if !is_open(&all) {
        return Err(conflict("An owner has a password already: sign in.").into());
    }
    let key = email_key(&new.email);
    let known = all.into_iter().find(|operator| operator.email_key == key);
    let is_new = known.is_none();
    let may = |operator: &Operator| owns_all(operator) && operator.disabled_at.is_none();
    if known.as_ref().is_some_and(|operator| !may(operator)) {
        return Err(conflict("Another operator has this e-mail.").into());
    }
    let everywhere = RoleAssignment {
        project: None,
        role: Role::Owner,
    };
    let mut operator = known.unwrap_or_else(|| Operator {
        id: ctx.id(),
        email: new.email.trim().to_owned(),
        email_key: key,
        name: String::new(),
        roles: vec![everywhere],
        password_hash: None,
        disabled_at: None,
        created_at: ctx.now(),
    });
    new.name.trim().clone_into(&mut operator.name);
    operator.password_hash = Some(hash);
    let directory = tx.directory();
    if is_new {
        directory.insert_operator(&operator).await?;
    } else {
        directory.update_operator(&operator).await?;
    }
    let ctx = acting(ctx, operator.id);
    record(tx, &ctx, &operator, "operator.set_up").await?;
    Ok(operator)
}
