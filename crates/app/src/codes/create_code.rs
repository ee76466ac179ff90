//! One code: random or of chosen text.

use chrono::TimeDelta;
use domain::{
    codes::{Code, CodeKind, vanity},
    people::Permission,
    programs::Program,
};
use kernel::{Ctx, MemberId, Problem, ProblemCode, ProgramId, ProjectId, Timestamp};
use serde::Deserialize;
use store::WriteTx;

use super::{create_codes::fresh, program_and_owner, record, within_quota};
use crate::{App, AppResult, error::taken, findings::Findings};

/// A code to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCode {
    /// The program it joins.
    pub program: ProgramId,
    /// The member who invites; none: the program itself.
    #[serde(default)]
    pub owner: Option<MemberId>,
    /// Chosen text; none: random.
    #[serde(default)]
    pub text: Option<String>,
    /// For one use only.
    #[serde(default)]
    pub single_use: bool,
    /// Sign-ups at most; none: as the program says for members' codes, else no limit.
    #[serde(default)]
    pub max_uses: Option<u32>,
    /// Not valid from then on; none: as the program says for members' codes, else never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// Makes a code.
///
/// # Errors
/// `validation_failed`, `not_found`, `code_taken`, `code_unsuitable`, `quota_exceeded`, `program_not_active`.
pub async fn create_code(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewCode,
) -> AppResult<Code> {
    app.authorize(ctx, project, Permission::CodesWrite).await?;
    let mut findings = Findings::default();
    findings.expect_some(new.max_uses, "max_uses");
    let alone = !new.single_use || new.max_uses.is_none_or(|uses| uses == 1);
    findings.expect(
        alone,
        "max_uses",
        "contradicts",
        "A code for one use has no other limit.",
    );
    findings.expect_future(new.expires_at, ctx.now());
    findings.told()?;
    let own = ctx.clone();
    let code = app
        .write(ctx, Some(project), move |tx| {
            let (ctx, new) = (own.clone(), new.clone());
            Box::pin(async move {
                let program = program_and_owner(tx, project, new.program, new.owner).await?;
                if let Some(owner) = new.owner {
                    within_quota(tx, &program, owner, 1, ctx.now()).await?;
                }
                make(tx, &ctx, &program, &new).await
            })
        })
        .await?;
    app.caches().links.invalidate(&code.key);
    Ok(code)
}

/// Makes a code, whatever the quota says.
pub(super) async fn make(
    tx: &WriteTx,
    ctx: &Ctx,
    program: &Program,
    new: &NewCode,
) -> AppResult<Code> {
    let (text, key) = match &new.text {
        Some(text) => {
            vanity(text).map_err(|error| Problem::new(error.code(), error.to_string()))?
        }
        None => fresh(tx, program.settings.codes.length, 1, ctx.entropy.as_ref())
            .await?
            .pop()
            .ok_or(ProblemCode::Internal)?,
    };
    let code = Code {
        text,
        key,
        ..blank(ctx, program, new)
    };
    let inserted = tx
        .project(program.project)
        .codes()
        .insert_all(std::slice::from_ref(&code))
        .await;
    match &new.text {
        Some(_) => inserted.map_err(taken(ProblemCode::CodeTaken))?,
        None => inserted.map_err(super::create_codes::raced)?,
    }
    record(tx, ctx, &code, "code.created").await?;
    Ok(code)
}

/// The code but for its text. A member's code has the limits that the program gives members' codes.
fn blank(ctx: &Ctx, program: &Program, new: &NewCode) -> Code {
    let now = ctx.now();
    let policy = new.owner.map(|_| &program.settings.codes);
    let kind = match (&new.text, new.single_use, new.owner) {
        (Some(_), _, _) => CodeKind::Vanity,
        (None, true, _) => CodeKind::Single,
        (None, false, Some(_)) => CodeKind::Personal,
        (None, false, None) => CodeKind::Program,
    };
    let days = policy.and_then(|policy| policy.expire_after_days);
    Code {
        id: ctx.id(),
        project: program.project,
        program: program.id,
        owner: new.owner,
        text: String::new(),
        key: String::new(),
        kind,
        uses: 0,
        max_uses: if new.single_use {
            Some(1)
        } else {
            new.max_uses.or(policy.and_then(|policy| policy.max_uses))
        },
        expires_at: new
            .expires_at
            .or(days.map(|days| now + TimeDelta::days(i64::from(days)))),
        revoked_at: None,
        batch: None,
        created_at: now,
    }
}
