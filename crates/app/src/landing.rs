//! The public page of a program: who invites, what both get, and joining.

use std::sync::Arc;

use domain::{
    programs::{Program, ProgramKind},
    projects::{Mode, Project},
    referrals::{Event, EventType, Outcome},
};
use kernel::{Actor, Ctx, MemberId, Problem, ProblemCode};

use crate::{
    App, AppResult,
    clicks::{CodeOnLink, link, usable},
    codes::{MemberLink, link_of_member},
    events::take_in,
    projects::find_project,
};

/// What the page shows.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The project.
    pub project: Project,
    /// The program.
    pub program: Program,
    /// The code that the visitor brought, where it is one of this program.
    pub link: Option<Arc<CodeOnLink>>,
    /// Why joining is not possible, where it is not.
    pub problem: Option<ProblemCode>,
}

/// What a visitor fills in.
#[derive(Debug, Clone, Default)]
pub struct Join {
    /// E-mail, required.
    pub email: String,
    /// Name.
    pub name: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The click tokens that the browser carries.
    pub clicks: Vec<String>,
    /// Language of the page.
    pub locale: String,
    /// The visitor's address, for the risk signals.
    pub address: Option<String>,
}

/// What a visitor has after joining.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The page that was joined through.
    pub landing: Landing,
    /// What came of the sign-up.
    pub outcome: Outcome,
    /// The new member's own link to share.
    pub link: MemberLink,
    /// The place in the queue of a waitlist, from 1.
    pub position: Option<u64>,
}

/// The page of a program, with the code that the visitor brought. A code of another program counts as none.
///
/// # Errors
/// `not_found` where no project or program has this name, or the program is a draft.
pub async fn landing(
    app: &App,
    ctx: &Ctx,
    slug: &str,
    program: &str,
    code: Option<&str>,
) -> AppResult<Landing> {
    let link = match code {
        Some(code) => link(app, code).await.ok(),
        None => None,
    };
    let link = link.filter(|link| link.project.slug == slug && link.program.slug == program);
    let project = match &link {
        Some(link) => link.project.clone(),
        None => find_project(app, slug, Mode::Live).await?.as_ref().clone(),
    };
    let found = app
        .store()
        .read()
        .project(project.id)
        .programs()
        .find_by_slug(program)
        .await?;
    let program = found.filter(|program| program.status != domain::programs::ProgramStatus::Draft);
    let program = program.ok_or(ProblemCode::NotFound)?;
    let problem = problem(ctx, &program, code, link.as_deref());
    Ok(Landing {
        project,
        program,
        link,
        problem,
    })
}

fn problem(
    ctx: &Ctx,
    program: &Program,
    code: Option<&str>,
    link: Option<&CodeOnLink>,
) -> Option<ProblemCode> {
    if !program.is_open(ctx.now()) {
        return Some(ProblemCode::ProgramNotActive);
    }
    match link {
        Some(link) => usable(link, ctx.now()).err().map(|problem| problem.code),
        None if code.is_some() || program.kind == ProgramKind::InviteOnly => {
            Some(ProblemCode::InviteCodeInvalid)
        }
        None => None,
    }
}

/// Joins a program by e-mail.
///
/// # Errors
/// Those of [`landing`], `validation_failed`, and whatever refuses the attribution where a code was given.
pub async fn join(
    app: &App,
    ctx: &Ctx,
    slug: &str,
    program: &str,
    join: Join,
) -> AppResult<Joined> {
    let landing = landing(app, ctx, slug, program, join.code.as_deref()).await?;
    if let Some(problem) = landing.problem {
        return Err(problem.into());
    }
    let event = Event {
        key: None,
        kind: EventType::Signup,
        occurred_at: None,
        program: Some(landing.program.slug.clone()),
        external_id: None,
        email: Some(join.email),
        name: join.name,
        locale: Some(join.locale),
        strict: join.code.is_some(),
        code: join.code,
        clicks: join.clicks,
        address: join.address,
        device: None,
        amount: None,
        unit: None,
        order: None,
        properties: serde_json::Map::new(),
    };
    let mut answers = take_in(app, ctx, landing.project.id, vec![event]).await?;
    let answer = answers
        .pop()
        .ok_or_else(|| Problem::from(ProblemCode::Internal))??;
    let outcome = answer.outcome;
    // A visitor has no permissions: the page itself hands out the link.
    let page = ctx.acting_as(Actor::System("landing"));
    let link = link_of_member(
        app,
        &page,
        landing.project.id,
        landing.program.id,
        outcome.member,
    )
    .await?;
    let position = position(app, &landing, outcome.member).await?;
    Ok(Joined {
        landing,
        outcome,
        link,
        position,
    })
}

async fn position(app: &App, landing: &Landing, member: MemberId) -> AppResult<Option<u64>> {
    if landing.program.kind != ProgramKind::Waitlist {
        return Ok(None);
    }
    let reader = app.store().read();
    let standings = reader.project(landing.project.id).standings();
    let standing = standings.find(landing.program.id, member).await?;
    match standing.and_then(|standing| standing.wait_key) {
        Some(key) => Ok(Some(
            standings.wait_position(landing.program.id, key).await?,
        )),
        None => Ok(None),
    }
}
