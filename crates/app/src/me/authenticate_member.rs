//! A member comes in with the host application's word for it.

use data_encoding::HEXLOWER;
use domain::{
    members::{Member, email_key},
    projects::Mode,
};
use kernel::{Ctx, Problem, ProblemCode, ProjectId};
use sha2::{Digest, Sha256};
use store::{Answer, WriteTx};

use super::token::{Claims, refused, verify};
use crate::{
    App, AppError, AppResult,
    events::is_email,
    members::{blank, write},
    projects::find_project,
};

/// The member whom a token of the host application vouches for; made where they are new.
///
/// The token is a JWT of one of the project's keys with `aud` (the project's slug), `exp` (at most 24 hours ahead) and
/// `sub` (the external id); `email`, `name` and `locale` are taken over. One with a `jti` opens the door once.
///
/// # Errors
/// `unauthenticated`, with the reason.
pub async fn authenticate_member(
    app: &App,
    ctx: &Ctx,
    slug: &str,
    mode: Mode,
    jwt: &str,
) -> AppResult<Member> {
    let project = find_project(app, slug, mode)
        .await
        .map_err(|error| match error {
            // Who has no token learns nothing about which projects there are.
            AppError::Problem(_) => ProblemCode::Unauthenticated.into(),
            other @ AppError::Store(_) => other,
        })?;
    let claims = verify(jwt, slug, &project.settings, ctx.now())?;
    check(&claims)?;
    if claims.jti.is_none() {
        let found = app
            .store()
            .read()
            .project(project.id)
            .members()
            .find_known(&[&claims.sub], &[])
            .await?;
        if let Some(member) = found
            .into_iter()
            .next()
            .filter(|member| says_nothing_new(&claims, member))
        {
            return Ok(member);
        }
    }
    let (own, id) = (ctx.clone(), project.id);
    app.store()
        .transact(move |tx| {
            let (ctx, claims) = (own.clone(), claims.clone());
            Box::pin(async move {
                if let Some(jti) = &claims.jti {
                    use_up(tx, &ctx, id, jti).await?;
                }
                take_over(tx, &ctx, id, &claims).await
            })
        })
        .await
}

fn check(claims: &Claims) -> Result<(), Problem> {
    let line = |text: &str, most: usize| {
        !text.trim().is_empty()
            && text.chars().count() <= most
            && !text.chars().any(char::is_control)
    };
    if !line(&claims.sub, 191) {
        return Err(refused(
            "`sub` has to be the member's id: 1 to 191 characters.",
        ));
    }
    if claims
        .email
        .as_deref()
        .is_some_and(|email| !is_email(email))
    {
        return Err(refused("`email` is no e-mail address."));
    }
    if claims.name.as_deref().is_some_and(|name| !line(name, 120)) {
        return Err(refused("`name` has to have 1 to 120 characters."));
    }
    Ok(())
}

fn says_nothing_new(claims: &Claims, member: &Member) -> bool {
    let key = claims.email.as_deref().map(email_key);
    (key.is_none() || key == member.email_key) && told(claims, member) == *member
}

/// Remembers a token's name. The answers to idempotency keys are kept for longer than a token is valid.
async fn use_up(tx: &WriteTx, ctx: &Ctx, project: ProjectId, jti: &str) -> AppResult<()> {
    let fingerprint: [u8; 32] = Sha256::digest(jti.as_bytes()).into();
    let key = format!("jti:{}", HEXLOWER.encode(&fingerprint));
    if tx.answer_of(Some(project), &key).await?.is_some() {
        return Err(refused("The token was used before.").into());
    }
    let used = Answer {
        fingerprint,
        answer: "null".to_owned(),
    };
    Ok(tx
        .remember_answer(Some(project), &key, used, ctx.now())
        .await?)
}

/// The member with what the token says of them, written.
async fn take_over(
    tx: &WriteTx,
    ctx: &Ctx,
    project: ProjectId,
    claims: &Claims,
) -> AppResult<Member> {
    let key = claims.email.as_deref().map(email_key);
    let emails: Vec<&str> = key.as_deref().into_iter().collect();
    let found = tx
        .project(project)
        .members()
        .lock_known(&[&claims.sub], &emails)
        .await?;
    let (by_id, by_email): (Vec<Member>, Vec<Member>) = found
        .into_iter()
        .partition(|member| member.external_id.as_deref() == Some(&claims.sub));
    let owner_of_email = by_email.into_iter().next();
    // Whoever is known by the e-mail alone is the same person; whoever has an id of their own is not.
    let email_is_free = owner_of_email.is_none();
    let nameless = owner_of_email.filter(|member| member.external_id.is_none());
    let known = by_id.into_iter().next();
    let joined = known.is_none() && nameless.is_some();
    let known = known.or(nameless);
    let mut member = told(claims, known.as_ref().unwrap_or(&blank(ctx, project)));
    member.external_id = Some(claims.sub.clone());
    if email_is_free && let Some(email) = &claims.email {
        member.email = Some(email.trim().to_owned());
        member.email_key = key;
    }
    if joined || known.as_ref() != Some(&member) {
        write(tx, ctx, &member, known.is_none()).await?;
    }
    Ok(member)
}

/// The member with name and language as the token has them.
fn told(claims: &Claims, member: &Member) -> Member {
    let mut member = member.clone();
    if let Some(name) = &claims.name {
        member.name = Some(name.trim().to_owned());
    }
    if let Some(locale) = &claims.locale {
        notify::Locale::of(locale)
            .as_str()
            .clone_into(&mut member.locale);
    }
    member
}
