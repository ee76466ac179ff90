//! Whether a code may be used, answered from memory.

use domain::{codes::Code, people::Permission, programs::Program};
use kernel::{Ctx, ProblemCode, ProjectId};

use crate::{
    App, AppResult,
    clicks::{link, usable},
};

/// What there is to say about a code before somebody signs up with it.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeCheck {
    /// The code. Its uses are those of a moment ago.
    pub code: Code,
    /// Its program.
    pub program: Program,
    /// Name of the member who invites, where the code is a member's and the name is known.
    pub inviter_name: Option<String>,
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
pub async fn validate_code(app: &App, ctx: &Ctx, project: ProjectId, text: &str) -> AppResult<CodeCheck> {
    app.authorize(ctx, project, Permission::CodesRead).await?;
    let link = link(app, text).await?;
    if link.project.id != project {
        return Err(ProblemCode::InviteCodeInvalid.into());
    }
    let problem = usable(&link, ctx.now()).err().map(|problem| problem.code);
    let code = link.code.clone();
    Ok(CodeCheck {
        remaining_uses: code.max_uses.map(|most| most.saturating_sub(code.uses)),
        code,
        program: link.program.clone(),
        inviter_name: link.inviter.clone(),
        valid: problem.is_none(),
        problem,
    })
}
