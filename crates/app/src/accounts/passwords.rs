//! Passwords: forgotten, chosen, changed.

use domain::{
    members::email_key,
    people::{LinkPurpose, Operator, SessionOwner, password_flaw},
};
use kernel::{Actor, Ctx, OperatorId, Problem, ProblemCode, SessionId};
use store::WriteTx;

use super::{
    Device, LinkMail, SignedIn, acting, hashing,
    links::{open_link, use_up, useless},
    mail::{self, Wanted},
    sessions::{Opening, end_all},
};
use crate::{
    App, AppResult, SecurityEvent, events::is_email, findings::Findings, operators::record,
};

/// Sends an operator a link with which they choose another password within an hour.
///
/// The answer is the same, and given after the same time, whether there is such an operator or not: who it is, is looked
/// up by the job that sends the mail.
///
/// # Errors
/// The database cannot be written to.
pub async fn request_password_reset(
    app: &App,
    ctx: &Ctx,
    email: &str,
    locale: &str,
) -> AppResult<()> {
    let wanted = Wanted::Password {
        email_key: email_key(email),
    };
    if !is_email(email) {
        return Ok(());
    }
    mail::request(app, ctx, LinkMail::new(wanted, locale)).await
}

/// Gives the operator for whom a link was made the password they chose, and signs them in: only here.
///
/// # Errors
/// `unauthenticated` where the link does not work, or the operator is disabled; `validation_failed`.
pub async fn reset_password(
    app: &App,
    ctx: &Ctx,
    token: &str,
    new: &str,
    device: Device,
) -> AppResult<SignedIn> {
    let link = open_link(app, ctx, LinkPurpose::Password, token).await?;
    let link = link.ok_or_else(useless)?;
    let Some(SessionOwner::Operator(id)) = link.whose else {
        return Err(useless());
    };
    let known = app.store().read().directory().operator(id).await?;
    let known = known.ok_or_else(useless)?;
    let hash = chosen(app, ctx, new, &known).await?;
    let opening = Opening::new(app, ctx, device);
    let (own, again) = (ctx.clone(), opening.clone());
    let session = app
        .store()
        .transact(move |tx| {
            let (ctx, hash, opening) = (own.clone(), hash.clone(), again.clone());
            Box::pin(async move {
                use_up(tx, &ctx, LinkPurpose::Password, &link.hash).await?;
                let operator = tx.directory().operator(id).await?;
                let enabled = operator.filter(|operator| operator.disabled_at.is_none());
                let operator = enabled.ok_or_else(useless)?;
                write(tx, &ctx, operator, hash, None).await?;
                opening.open(tx, &ctx, SessionOwner::Operator(id)).await
            })
        })
        .await?;
    forget(app, &known);
    Ok(opening.done(session))
}

/// Gives the signed-in operator another password, and ends all their sessions but the one to keep.
///
/// # Errors
/// `validation_failed`: `current_password` is `wrong`, or `password` is not good enough; `rate_limited` as when signing
/// in; `forbidden` for whoever is no operator.
pub async fn change_password(
    app: &App,
    ctx: &Ctx,
    current: &str,
    new: &str,
    keep: SessionId,
) -> AppResult<()> {
    let operator = myself(app, ctx).await?;
    if !app.guard().passwords.admit(&operator.email_key, ctx.now()) {
        app.metrics().security(SecurityEvent::SignInThrottled).inc();
        return Err(ProblemCode::RateLimited.into());
    }
    let before = operator.password_hash.clone();
    if !hashing::is_right(app, current, before.as_deref()).await? {
        app.metrics().security(SecurityEvent::SignInFailed).inc();
        let message = "This is not your password.";
        return Err(Problem::field("current_password", "wrong", message).into());
    }
    let hash = chosen(app, ctx, new, &operator).await?;
    let (own, id) = (ctx.clone(), operator.id);
    app.store()
        .transact(move |tx| {
            let (ctx, hash, before) = (own.clone(), hash.clone(), before.clone());
            Box::pin(async move {
                let operator = tx.directory().operator(id).await?;
                let same = operator.filter(|operator| operator.password_hash == before);
                let operator = same.ok_or(ProblemCode::Conflict)?;
                write(tx, &ctx, operator, hash, Some(keep)).await
            })
        })
        .await?;
    forget(app, &operator);
    Ok(())
}

/// Notes what is wrong with a password.
pub(super) fn expect_password(findings: &mut Findings, password: &str, email: &str, name: &str) {
    if let Some(flaw) = password_flaw(password, email, name) {
        findings.expect(false, "password", flaw.slug(), flaw.sentence());
    }
}

/// The hash of the password that an operator chose, where it is good enough.
async fn chosen(app: &App, ctx: &Ctx, password: &str, operator: &Operator) -> AppResult<String> {
    let mut findings = Findings::default();
    expect_password(&mut findings, password, &operator.email, &operator.name);
    findings.told()?;
    hashing::hash(app, ctx, password).await
}

/// Writes a password. What was open with the one before is closed.
async fn write(
    tx: &WriteTx,
    ctx: &Ctx,
    mut operator: Operator,
    hash: String,
    keep: Option<SessionId>,
) -> AppResult<()> {
    let (ctx, who) = (
        acting(ctx, operator.id),
        SessionOwner::Operator(operator.id),
    );
    operator.password_hash = Some(hash);
    let directory = tx.directory();
    directory.update_operator(&operator).await?;
    directory
        .void_links(LinkPurpose::Password, Some(who), ctx.now())
        .await?;
    end_all(tx, &ctx, who, keep).await?;
    record(tx, &ctx, &operator, "operator.password_changed").await
}

/// Whoever has just proved who they are begins anew, and nothing that was known of them holds.
fn forget(app: &App, operator: &Operator) {
    app.guard().passwords.forget(&operator.email_key);
    app.caches().operators.invalidate(&operator.id);
    app.caches().sessions.clear();
}

async fn myself(app: &App, ctx: &Ctx) -> AppResult<Operator> {
    let id: OperatorId = match ctx.actor {
        Actor::Operator(id) => id,
        Actor::Anonymous => return Err(ProblemCode::Unauthenticated.into()),
        _ => return Err(ProblemCode::Forbidden.into()),
    };
    let operator = app.store().read().directory().operator(id).await?;
    operator
        .filter(|operator| operator.disabled_at.is_none())
        .ok_or_else(|| ProblemCode::Unauthenticated.into())
}
