//! The first password of an operator whom somebody else has added.

use domain::people::{LinkPurpose, Operator, Permission, SessionOwner};
use kernel::{Ctx, OperatorId, Problem, ProblemCode};
use serde_json::json;
use store::StoreError;
use url::Url;

use super::{
    LinkMail,
    links::{NewLink, expect_machine},
    mail::{Wanted, lasting},
};
use crate::{App, AppError, AppResult};

/// Sends an operator who has no password a link with which they choose one within 72 hours.
///
/// # Errors
/// `not_found`; `conflict` where they have a password, or are disabled.
pub async fn invite_operator(
    app: &App,
    ctx: &Ctx,
    operator: OperatorId,
    locale: &str,
) -> AppResult<()> {
    app.authorize_installation(ctx, Permission::OperatorsWrite)
        .await?;
    let operator = enabled(app, operator).await?;
    if operator.password_hash.is_some() {
        let detail = "This operator has a password already.";
        return Err(Problem::new(ProblemCode::Conflict, detail).into());
    }
    let wanted = Wanted::Password {
        email_key: operator.email_key,
    };
    let job = LinkMail::new(wanted, locale).job(ctx);
    let (now, actor, subject) = (ctx.now(), ctx.actor.label(), operator.id.to_string());
    let invited: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let (actor, subject, job) = (actor.clone(), subject.clone(), job.clone());
            Box::pin(async move {
                tx.enqueue(&[job]).await?;
                tx.audit(None, now, &actor, "operator.invited", &subject, json!({}))
                    .await
            })
        })
        .await;
    Ok(invited?)
}

/// A link with which an operator chooses a password: within 72 hours where it is their first, within an hour otherwise.
/// The links given out before work no longer.
///
/// # Errors
/// `forbidden` for everybody but the command line and the server itself; `not_found`; `conflict` where the operator is
/// disabled.
pub async fn issue_password_link(app: &App, ctx: &Ctx, operator: OperatorId) -> AppResult<Url> {
    expect_machine(ctx)?;
    let operator = enabled(app, operator).await?;
    let who = Some(SessionOwner::Operator(operator.id));
    let purpose = LinkPurpose::Password;
    let new = NewLink::new(app, ctx, purpose, who, lasting(&operator));
    let (link, now, actor) = (new.link, ctx.now(), ctx.actor.label());
    let subject = operator.id.to_string();
    let issued: Result<(), StoreError> = app
        .store()
        .transact(move |tx| {
            let (link, actor, subject) = (link.clone(), actor.clone(), subject.clone());
            Box::pin(async move {
                let directory = tx.directory();
                directory.void_links(purpose, who, now).await?;
                directory.insert_link(&link).await?;
                let action = "operator.password_link_issued";
                tx.audit(None, now, &actor, action, &subject, json!({}))
                    .await
            })
        })
        .await;
    issued?;
    Ok(new.url)
}

async fn enabled(app: &App, id: OperatorId) -> AppResult<Operator> {
    let operator = app.store().read().directory().operator(id).await?;
    let operator = operator.ok_or(ProblemCode::NotFound)?;
    if operator.disabled_at.is_some() {
        let detail = "This operator is disabled.";
        return Err(AppError::from(Problem::new(ProblemCode::Conflict, detail)));
    }
    Ok(operator)
}
