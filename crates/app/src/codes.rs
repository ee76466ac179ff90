//! Invite codes: made one by one or in bulk, limited, revoked, looked up.

use domain::{
    codes::{Code, normalize, normalize_prefix},
    log::Fact,
    people::Permission,
    programs::{Program, ProgramStatus},
};
use kernel::{
    Ctx, MemberId, Page, PageRequest, Problem, ProblemCode, ProgramId, ProjectId, Timestamp,
};
use serde::Deserialize;
use serde_json::json;
use store::WriteTx;
pub use store::{CodeFilter, CodeState};

use crate::{App, AppResult, findings::Findings, programs::present};

mod create_code;
mod create_codes;
mod import_codes;
mod link_of_member;
mod validate_code;

pub use crate::imports::RefusedLine;
pub use create_code::{NewCode, create_code};
pub use create_codes::{CodeBatch, MOST_CODES, NewCodes, create_codes};
pub use import_codes::{ImportReport, import_all_codes, import_codes};
pub use link_of_member::{MemberLink, link_of_member, link_url};
pub(crate) use link_of_member::{personal_code, personal_link};
pub use validate_code::{CodeCheck, validate_code};

/// A code's limits as they shall be; none: no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodePatch {
    /// Sign-ups at most.
    pub max_uses: Option<u32>,
    /// Not valid from then on.
    pub expires_at: Option<Timestamp>,
}

/// A page of codes, newest first; alphabetical where the filter has a prefix, however that is spelt.
pub async fn list_codes(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    mut filter: CodeFilter,
    page: PageRequest,
) -> AppResult<Page<Code>> {
    app.authorize(ctx, project, Permission::CodesRead).await?;
    if let Some(prefix) = filter.prefix.take() {
        let Ok(prefix) = normalize_prefix(&prefix) else {
            return Ok(Page::whole(Vec::new()));
        };
        filter.prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
    }
    Ok(app
        .store()
        .read()
        .project(project)
        .codes()
        .list(&filter, ctx.now(), page)
        .await?)
}

/// One code, however it is spelt.
pub async fn get_code(app: &App, ctx: &Ctx, project: ProjectId, text: &str) -> AppResult<Code> {
    app.authorize(ctx, project, Permission::CodesRead).await?;
    let found = app
        .store()
        .read()
        .project(project)
        .codes()
        .find_by_key(&key(text)?)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// Gives a code other limits.
///
/// # Errors
/// `validation_failed`.
pub async fn update_code(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    text: &str,
    patch: CodePatch,
) -> AppResult<Code> {
    let mut findings = Findings::default();
    findings.expect_some(patch.max_uses, "max_uses");
    findings.expect_usable(patch.expires_at, "expires_at");
    findings.told()?;
    change(app, ctx, project, text, "code.updated", move |code, _| {
        code.max_uses = patch.max_uses;
        code.expires_at = patch.expires_at;
    })
    .await
}

/// Revokes a code. One that was revoked before keeps its date.
pub async fn revoke_code(app: &App, ctx: &Ctx, project: ProjectId, text: &str) -> AppResult<Code> {
    change(app, ctx, project, text, "code.revoked", |code, now| {
        code.revoked_at = code.revoked_at.or(Some(now));
    })
    .await
}

async fn change(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    text: &str,
    action: &'static str,
    change: impl Fn(&mut Code, Timestamp) + Copy + Send + Sync + 'static,
) -> AppResult<Code> {
    app.authorize(ctx, project, Permission::CodesWrite).await?;
    let (own, key) = (ctx.clone(), key(text)?);
    let code = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, key) = (own.clone(), key.clone());
            Box::pin(async move {
                let codes = tx.project(project).codes();
                let mut code = codes
                    .lock(&[&key], &[])
                    .await?
                    .pop()
                    .ok_or(ProblemCode::NotFound)?;
                let before = code.clone();
                change(&mut code, ctx.now());
                if code != before {
                    codes.save(&code).await?;
                    record(tx, &ctx, &code, action).await?;
                }
                Ok(code)
            })
        })
        .await?;
    app.caches().links.invalidate(&code.key);
    Ok(code)
}

/// The form in which codes are compared; a text that cannot be a code names none.
fn key(text: &str) -> AppResult<String> {
    normalize(text).map_err(|_| ProblemCode::NotFound.into())
}

/// The program that new codes are for, and the owner they are for, held until the commit.
async fn program_and_owner(
    tx: &WriteTx,
    project: ProjectId,
    program: ProgramId,
    owner: Option<MemberId>,
) -> AppResult<Program> {
    let program = present(tx, project, program).await?;
    if program.status == ProgramStatus::Ended {
        return Err(ProblemCode::ProgramNotActive.into());
    }
    if let Some(owner) = owner {
        tx.project(project)
            .members()
            .lock(owner)
            .await?
            .ok_or(ProblemCode::NotFound)?;
    }
    Ok(program)
}

/// Whether the owner may have so many more codes in the program. Codes that are revoked or over do not count.
async fn within_quota(
    tx: &WriteTx,
    program: &Program,
    owner: MemberId,
    more: u32,
    now: Timestamp,
) -> AppResult<()> {
    let codes = tx
        .project(program.project)
        .codes()
        .owned_by(program.id, owner)
        .await?;
    let live = codes.iter().filter(|code| is_live(code, now)).count();
    let most = program.settings.codes.per_member;
    if u32::try_from(live).unwrap_or(u32::MAX).saturating_add(more) <= most {
        return Ok(());
    }
    let detail = format!("A member may have {most} codes in this program and has {live}.");
    Err(Problem::new(ProblemCode::QuotaExceeded, detail).into())
}

/// Neither revoked nor over.
fn is_live(code: &Code, now: Timestamp) -> bool {
    code.revoked_at.is_none() && code.expires_at.is_none_or(|end| now < end)
}

async fn record(tx: &WriteTx, ctx: &Ctx, code: &Code, action: &str) -> AppResult<()> {
    let detail = json!({
        "code": code.text, "program": code.program, "owner": code.owner,
        "max_uses": code.max_uses, "expires_at": code.expires_at,
    });
    let project = Some(code.project);
    tx.audit(
        project,
        ctx.now(),
        &ctx.actor.label(),
        action,
        &code.id.to_string(),
        detail,
    )
    .await?;
    tx.emit(
        project,
        ctx.now(),
        vec![Fact::CodeChanged {
            code: code.id,
            key: code.key.clone(),
        }],
    );
    Ok(())
}
