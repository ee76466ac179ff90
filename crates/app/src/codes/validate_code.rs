//! Whether a code may be used, answered from memory.

use std::sync::Arc;

use domain::people::Permission;
use kernel::{Ctx, ProblemCode, ProjectId};

use crate::{
    App, AppResult,
    clicks::{CodeOnLink, link, usable},
};

/// What there is to say about a code before somebody signs up with it.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeCheck {
    /// The code with its program and inviter. Its uses are those of a moment ago.
    pub link: Arc<CodeOnLink>,
    /// Whether a sign-up may name it now.
    pub valid: bool,
    /// Why it may not.
    pub problem: Option<ProblemCode>,
    /// Sign-ups left; none: no limit.
    pub remaining_uses: Option<u32>,
}

/// Checks a code, however it is spelt.
///
/// # Errors
/// `invite_code_invalid` where the project has no such code.
pub async fn validate_code(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    text: &str,
) -> AppResult<CodeCheck> {
    app.authorize(ctx, project, Permission::CodesRead).await?;
    let link = link(app, text).await?;
    if link.project.id != project {
        return Err(ProblemCode::InviteCodeInvalid.into());
    }
    let problem = usable(&link, ctx.now()).err().map(|problem| problem.code);
    let code = &link.code;
    Ok(CodeCheck {
        remaining_uses: code.max_uses.map(|most| most.saturating_sub(code.uses)),
        link,
        valid: problem.is_none(),
        problem,
    })
}
