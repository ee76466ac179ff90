//! Signing in with e-mail and password.

use domain::{
    members::email_key,
    people::{Operator, SessionOwner},
};
use kernel::{Ctx, ProblemCode};
use serde_json::json;
use store::StoreError;

use super::{Device, SignedIn, acting, hashing, sessions::Opening};
use crate::{App, AppResult, SecurityEvent, operators::record};

/// Signs an operator in. Every time with a new token, whatever the browser had before.
///
/// Failures are in the audit trail, but for those that came too fast to be looked at.
///
/// A second step would go between the right password and the opening of the session: the answer would then be either
/// somebody who is signed in, or a challenge that names the operator and is answered within minutes.
///
/// # Errors
/// `unauthenticated`, in the same words and after the same time whether there is no such operator, they have no
/// password, are disabled, or the password is another; `rate_limited` after ten failures within a quarter of an hour.
pub async fn sign_in(
    app: &App,
    ctx: &Ctx,
    email: &str,
    password: &str,
    device: Device,
) -> AppResult<SignedIn> {
    let key = email_key(email);
    if !app.guard().passwords.admit(&key, ctx.now()) {
        app.metrics().security(SecurityEvent::SignInThrottled).inc();
        return Err(ProblemCode::RateLimited.into());
    }
    let reader = app.store().read();
    let found = reader.directory().operator_by_email(&key).await?;
    let known = found
        .as_ref()
        .filter(|operator| operator.disabled_at.is_none());
    let hash = known.and_then(|operator| operator.password_hash.as_deref());
    let right = hashing::is_right(app, password, hash).await?;
    let Some(operator) = known.filter(|_| right) else {
        return refuse(app, ctx, found.as_ref(), device).await;
    };
    let renewed = match hash {
        Some(hash) if !hashing::is_current(hash) => Some(hashing::hash(app, ctx, password).await?),
        _ => None,
    };
    let signed_in = open(app, ctx, operator, renewed, device).await?;
    app.guard().passwords.forget(&key);
    Ok(signed_in)
}

/// Opens the session of an operator whose password was right.
async fn open(
    app: &App,
    ctx: &Ctx,
    operator: &Operator,
    renewed: Option<String>,
    device: Device,
) -> AppResult<SignedIn> {
    let opening = Opening::new(app, ctx, device);
    let (own, trusted, again) = (ctx.clone(), operator.clone(), opening.clone());
    let session = app
        .store()
        .transact(move |tx| {
            let (ctx, trusted, opening) = (own.clone(), trusted.clone(), again.clone());
            let renewed = renewed.clone();
            Box::pin(async move {
                let now = tx.directory().operator(trusted.id).await?;
                // While the password was looked at, the operator may have been disabled or chosen another one.
                let still = |now: &Operator| {
                    now.disabled_at.is_none() && now.password_hash == trusted.password_hash
                };
                let mut operator = now.filter(still).ok_or(ProblemCode::Unauthenticated)?;
                if renewed.is_some() {
                    operator.password_hash = renewed;
                    tx.directory().update_operator(&operator).await?;
                    let ctx = acting(&ctx, operator.id);
                    record(tx, &ctx, &operator, "operator.password_rehashed").await?;
                }
                opening
                    .open(tx, &ctx, SessionOwner::Operator(operator.id))
                    .await
            })
        })
        .await?;
    app.caches().operators.invalidate(&operator.id);
    Ok(opening.done(session))
}

/// Notes that somebody tried, never with what.
async fn refuse(
    app: &App,
    ctx: &Ctx,
    operator: Option<&Operator>,
    device: Device,
) -> AppResult<SignedIn> {
    app.metrics().security(SecurityEvent::SignInFailed).inc();
    let subject = operator.map_or_else(|| "unknown".to_owned(), |operator| operator.id.to_string());
    let detail = json!({ "address": device.kept(app).address });
    let (now, actor) = (ctx.now(), ctx.actor.label());
    let noted: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let (subject, actor, detail) = (subject.clone(), actor.clone(), detail.clone());
            Box::pin(async move {
                tx.audit(
                    None,
                    now,
                    &actor,
                    "operator.sign_in_failed",
                    &subject,
                    detail,
                )
                .await
            })
        })
        .await;
    noted?;
    Err(ProblemCode::Unauthenticated.into())
}
