//! Members come into the portal: by a link sent to them, or with the host application's word for them.

use domain::{
    members::email_key,
    people::{LinkPurpose, SessionOwner},
    projects::Mode,
};
use kernel::Ctx;

use super::{
    Device, LinkMail, SignedIn,
    links::{open_link, use_up, useless},
    mail::{self, Wanted},
    sessions::Opening,
};
use crate::{App, AppResult, findings::Findings, me::authenticate_member, projects::find_project};

/// Sends a member a link with which they come into the portal within 30 minutes. Where the slug of one of the project's
/// programs is given, the link carries it on as `?program=`.
///
/// The answer is the same, and given after the same time, whether there is such a member or not.
///
/// # Errors
/// `not_found` where there is no such project; `validation_failed` where this is no e-mail.
pub async fn request_member_link(
    app: &App,
    ctx: &Ctx,
    slug: &str,
    mode: Mode,
    program: Option<&str>,
    email: &str,
    locale: &str,
) -> AppResult<()> {
    let project = find_project(app, slug, mode).await?;
    let mut findings = Findings::default();
    findings.expect_email(email);
    findings.told()?;
    let wanted = Wanted::Enter {
        project: project.id,
        email_key: email_key(email),
        program: program.map(str::to_owned),
    };
    mail::request(app, ctx, LinkMail::new(wanted, locale)).await
}

/// Lets in the member for whom a link was made.
///
/// # Errors
/// `unauthenticated` where the link does not work.
pub async fn enter_with_link(
    app: &App,
    ctx: &Ctx,
    token: &str,
    device: Device,
) -> AppResult<SignedIn> {
    let link = open_link(app, ctx, LinkPurpose::Enter, token).await?;
    let hash = link.ok_or_else(useless)?.hash;
    let opening = Opening::new(app, ctx, device);
    let (own, again) = (ctx.clone(), opening.clone());
    let session = app
        .store()
        .transact(move |tx| {
            let (ctx, opening) = (own.clone(), again.clone());
            Box::pin(async move {
                let link = use_up(tx, &ctx, LinkPurpose::Enter, &hash).await?;
                let who = link.whose.ok_or_else(useless)?;
                opening.open(tx, &ctx, who).await
            })
        })
        .await?;
    Ok(opening.done(session))
}

/// Lets in the member whom a token of the host application vouches for.
///
/// # Errors
/// As [`authenticate_member`].
pub async fn enter_with_token(
    app: &App,
    ctx: &Ctx,
    slug: &str,
    mode: Mode,
    jwt: &str,
    device: Device,
) -> AppResult<SignedIn> {
    let member = authenticate_member(app, ctx, slug, mode, jwt).await?;
    let who = SessionOwner::Member {
        project: member.project,
        member: member.id,
    };
    let opening = Opening::new(app, ctx, device);
    let (own, again) = (ctx.clone(), opening.clone());
    let session = app
        .store()
        .transact(move |tx| {
            let (ctx, opening) = (own.clone(), again.clone());
            Box::pin(async move { opening.open(tx, &ctx, who).await })
        })
        .await?;
    Ok(opening.done(session))
}
