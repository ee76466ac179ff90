//! What members do for themselves. The actor is the member; the project is that of their token.

use domain::{
    ledger::Transfer,
    members::Member,
    notices::Notice,
    referrals::{Event, EventType},
    rewards::Grant,
};
use kernel::{
    Actor, Ctx, GrantId, MemberId, NoticeId, Page, PageRequest, ProblemCode, ProgramId, ProjectId,
};
use store::{GrantFilter, TransferFilter};

use crate::{
    App, AppResult,
    access::known_member,
    codes::{MemberLink, personal_link},
    events::{Ingested, take_in},
    invitations::{self, NewInvitation},
    members::{MemberOverview, member_overview},
    rewards,
};

mod authenticate_member;
mod my_program;
mod my_programs;
mod my_referrals;
mod token;

pub use authenticate_member::authenticate_member;
pub use my_program::{
    MyLeaderboard, MyPlace, MyWaitlist, my_leaderboard, my_progress, my_waitlist,
};
pub use my_programs::my_programs;
pub use my_referrals::{MyReferral, my_referrals};

/// The member's balances, standings and number of unread notices.
pub async fn my_overview(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<MemberOverview> {
    let member = myself(app, ctx, project).await?;
    member_overview(app, ctx, project, member.id).await
}

/// The member's own code and link in a program, made where there is none.
///
/// # Errors
/// As [`crate::codes::link_of_member`].
pub async fn my_link(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
) -> AppResult<MemberLink> {
    let member = myself(app, ctx, project).await?;
    personal_link(app, ctx, project, program, member.id).await
}

/// A page of the member's grants, newest first.
pub async fn my_grants(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    page: PageRequest,
) -> AppResult<Page<Grant>> {
    let member = myself(app, ctx, project).await?;
    let filter = GrantFilter {
        member: Some(member.id),
        ..GrantFilter::default()
    };
    Ok(app
        .store()
        .read()
        .project(project)
        .grants()
        .list(&filter, page)
        .await?)
}

/// Notes that the member took an available badge, title, coupon, entitlement or custom reward of theirs.
///
/// # Errors
/// As [`rewards::claim_grant`]; `not_found` also where the grant is another member's.
pub async fn claim_my_grant(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: GrantId,
) -> AppResult<Grant> {
    let member = myself(app, ctx, project).await?;
    let found = app
        .store()
        .read()
        .project(project)
        .grants()
        .find(id)
        .await?;
    if found.is_none_or(|grant| grant.member != member.id) {
        return Err(ProblemCode::NotFound.into());
    }
    rewards::claim(app, ctx, project, id).await
}

/// A page of the movements on the member's accounts, newest first.
pub async fn my_transfers(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    page: PageRequest,
) -> AppResult<Page<Transfer>> {
    let member = myself(app, ctx, project).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .ledger()
        .transfers(&TransferFilter::of(member.id), page)
        .await?)
}

/// A page of the member's notices, newest first; only unread ones where `unread` says so.
pub async fn my_notices(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    unread: bool,
    page: PageRequest,
) -> AppResult<Page<Notice>> {
    let member = myself(app, ctx, project).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .notices()
        .list(member.id, unread, page)
        .await?)
}

/// Marks the member's notices with these ids as read; all of them where none is named.
pub async fn read_my_notices(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    ids: Vec<NoticeId>,
) -> AppResult<()> {
    let member = myself(app, ctx, project).await?.id;
    let now = ctx.now();
    app.write(ctx, Some(project), move |tx| {
        let ids = ids.clone();
        Box::pin(async move {
            let named = (!ids.is_empty()).then_some(ids.as_slice());
            Ok(tx
                .project(project)
                .notices()
                .mark_read(member, named, now)
                .await?)
        })
    })
    .await
}

/// Names, after the sign-up, the code of whoever invited the member.
///
/// # Errors
/// Whatever refuses the attribution.
pub async fn claim_inviter(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    code: &str,
) -> AppResult<Ingested> {
    let member = myself(app, ctx, project).await?;
    let event = Event {
        key: None,
        kind: EventType::Claim,
        occurred_at: None,
        program: None,
        // One name is enough, and the e-mail alone could not be another member's.
        email: member.email.filter(|_| member.external_id.is_none()),
        external_id: member.external_id,
        name: None,
        locale: None,
        code: Some(code.to_owned()),
        clicks: Vec::new(),
        address: None,
        device: None,
        amount: None,
        unit: None,
        order: None,
        properties: serde_json::Map::new(),
        strict: true,
    };
    let mut answers = take_in(app, ctx, project, vec![event]).await?;
    answers
        .pop()
        .unwrap_or_else(|| Err(ProblemCode::Internal.into()))
}

/// Sends an invitation in the member's name.
///
/// # Errors
/// As [`crate::invitations::send_invitation`].
pub async fn my_invitation(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    program: ProgramId,
    email: &str,
) -> AppResult<domain::invitations::Invitation> {
    let inviter = myself(app, ctx, project).await?.id;
    let new = NewInvitation {
        program,
        inviter,
        email: email.to_owned(),
        message: None,
    };
    invitations::send(app, ctx, project, new).await
}

/// The member who acts, of this project.
///
/// # Errors
/// `unauthenticated` where nobody is known; `forbidden` for everybody else; `not_found` for a member of another project.
async fn myself(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<Member> {
    let id: MemberId = match &ctx.actor {
        Actor::Member(id) => *id,
        Actor::Anonymous => return Err(ProblemCode::Unauthenticated.into()),
        _ => return Err(ProblemCode::Forbidden.into()),
    };
    known_member(app, project, id).await
}
