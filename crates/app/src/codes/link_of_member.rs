//! A member's own code and link.

use domain::{
    codes::{Code, CodeKind},
    people::Permission,
    programs::Program,
};
use kernel::{Ctx, MemberId, ProgramId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};
use store::WriteTx;
use url::Url;

use super::{NewCode, create_code::make, is_live, program_and_owner};
use crate::{App, AppResult};

/// A member's own code and link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberLink {
    /// The code.
    pub code: Code,
    /// The link that carries it.
    pub url: Url,
}

/// A member's own link in a program. The code is made where there is none yet; the quota does not count against it.
///
/// # Errors
/// `not_found`; `program_not_active` where the code is still to be made and the program has ended.
pub async fn link_of_member(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    member: MemberId,
) -> AppResult<MemberLink> {
    app.authorize(ctx, project, Permission::CodesWrite).await?;
    personal_link(app, ctx, project, program, member).await
}

/// The same, for somebody the caller has made sure of.
pub(crate) async fn personal_link(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    member: MemberId,
) -> AppResult<MemberLink> {
    let owned = app
        .store()
        .read()
        .project(project)
        .codes()
        .owned_by(program, member)
        .await?;
    let code = match newest(owned, ctx.now()) {
        Some(code) => code,
        None => make_personal(app, ctx, project, program, member).await?,
    };
    let url = link_url(app, &code.text);
    Ok(MemberLink { code, url })
}

async fn make_personal(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    member: MemberId,
) -> AppResult<Code> {
    let own = ctx.clone();
    let code = app
        .write(ctx, Some(project), move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let program = program_and_owner(tx, project, program, Some(member)).await?;
                personal_code(tx, &ctx, &program, member).await
            })
        })
        .await?;
    app.caches().links.invalidate(&code.key);
    Ok(code)
}

/// The member's own code, made where there is none. The caller holds the member's row.
pub(crate) async fn personal_code(
    tx: &WriteTx,
    ctx: &Ctx,
    program: &Program,
    member: MemberId,
) -> AppResult<Code> {
    let owned = tx
        .project(program.project)
        .codes()
        .owned_by(program.id, member)
        .await?;
    if let Some(code) = newest(owned, ctx.now()) {
        return Ok(code);
    }
    let new = NewCode {
        program: program.id,
        owner: Some(member),
        text: None,
        single_use: false,
        max_uses: None,
        expires_at: None,
    };
    make(tx, ctx, program, &new).await
}

/// The newest personal code that is neither revoked nor over, of those that are not of a batch.
fn newest(owned: Vec<Code>, now: Timestamp) -> Option<Code> {
    let personal =
        |code: &Code| code.kind == CodeKind::Personal && code.batch.is_none() && is_live(code, now);
    owned
        .into_iter()
        .filter(personal)
        .max_by_key(|code| code.id)
}

/// The link that carries a code.
pub fn link_url(app: &App, text: &str) -> Url {
    let mut url = app.settings().public_url.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["i", text]);
    }
    url
}
