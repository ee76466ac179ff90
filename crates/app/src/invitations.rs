//! Invitations addressed to one e-mail: sent, sent again, taken back.

use chrono::TimeDelta;
use domain::{
    invitations::{Invitation, InvitationState},
    log::Fact,
    members::email_key,
    people::Permission,
};
use kernel::{
    Ctx, InvitationId, MemberId, Page, PageRequest, Problem, ProblemCode, ProgramId, ProjectId,
    Timestamp,
};
use serde::Deserialize;
use serde_json::json;
pub use store::InvitationFilter;
use store::WriteTx;

use crate::{App, AppResult, codes::personal_code, findings::Findings, programs::present};

/// Days that an invitation is valid after it was sent last.
const DAYS: i64 = 14;
/// How often one invitation may be sent.
const MOST_SENDS: u32 = 5;

/// An invitation to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The program.
    pub program: ProgramId,
    /// Who invites.
    pub inviter: MemberId,
    /// Who is invited.
    pub email: String,
    /// A line from the inviter.
    #[serde(default)]
    pub message: Option<String>,
}

/// Sends an invitation with the inviter's own code; the mail goes out a moment later.
///
/// # Errors
/// `validation_failed`, `not_found`, `program_not_active`, `self_invitation`; `conflict` where the inviter has an open
/// invitation to this address.
pub async fn send_invitation(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewInvitation,
) -> AppResult<Invitation> {
    app.authorize(ctx, project, Permission::InvitationsWrite)
        .await?;
    send(app, ctx, project, new).await
}

/// The same, for somebody the caller has made sure of.
pub(crate) async fn send(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    new: NewInvitation,
) -> AppResult<Invitation> {
    let mut findings = Findings::default();
    findings.expect_email(&new.email);
    if let Some(message) = &new.message {
        let plain = !message.chars().any(|c| c.is_control() && c != '\n');
        findings.expect(
            plain,
            "message",
            "invalid",
            "Control characters are not accepted.",
        );
        let fits = message.chars().count() <= 1000;
        findings.expect(fits, "message", "too_long", "Use at most 1000 characters.");
    }
    findings.told()?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, new) = (own.clone(), new.clone());
        Box::pin(async move { insert(tx, &ctx, project, new).await })
    })
    .await
}

async fn insert(
    tx: &WriteTx,
    ctx: &Ctx,
    project: ProjectId,
    new: NewInvitation,
) -> AppResult<Invitation> {
    let (scope, now, key) = (tx.project(project), ctx.now(), email_key(&new.email));
    let program = present(tx, project, new.program).await?;
    let inviter = scope
        .members()
        .lock(new.inviter)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    if !program.is_open(now) {
        return Err(ProblemCode::ProgramNotActive.into());
    }
    if inviter.email_key.as_deref() == Some(key.as_str()) {
        return Err(ProblemCode::SelfInvitation.into());
    }
    let open = scope
        .invitations()
        .find_open_by_emails(&[&key], now)
        .await?;
    if open
        .iter()
        .any(|open| open.inviter == inviter.id && open.program == program.id)
    {
        let detail = "The member has an open invitation to this address: send that one again.";
        return Err(Problem::new(ProblemCode::Conflict, detail).into());
    }
    let code = personal_code(tx, ctx, &program, inviter.id).await?;
    let invitation = Invitation {
        id: ctx.id(),
        project,
        program: program.id,
        inviter: inviter.id,
        code: code.id,
        email_key: key,
        message: new.message.filter(|message| !message.trim().is_empty()),
        state: InvitationState::Sent,
        sends: 1,
        created_at: now,
        expires_at: valid_until(now),
    };
    scope.invitations().insert(&invitation).await?;
    record(tx, ctx, &invitation, "invitation.sent").await?;
    Ok(invitation)
}

/// A page of invitations, newest first.
pub async fn list_invitations(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    filter: InvitationFilter,
    page: PageRequest,
) -> AppResult<Page<Invitation>> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .invitations()
        .list(&filter, page)
        .await?)
}

/// Sends an invitation again, at most five times in all. It is valid anew.
///
/// # Errors
/// `invalid_transition` where it was accepted or revoked; `quota_exceeded`; `program_not_active`.
pub async fn resend_invitation(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: InvitationId,
) -> AppResult<Invitation> {
    app.authorize(ctx, project, Permission::InvitationsWrite)
        .await?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let ctx = own.clone();
        Box::pin(async move {
            let mut invitation = held(tx, project, id).await?;
            if invitation.state != InvitationState::Sent {
                return Err(ProblemCode::InvalidTransition.into());
            }
            if invitation.sends >= MOST_SENDS {
                let detail = format!("An invitation can be sent {MOST_SENDS} times.");
                return Err(Problem::new(ProblemCode::QuotaExceeded, detail).into());
            }
            if !present(tx, project, invitation.program)
                .await?
                .is_open(ctx.now())
            {
                return Err(ProblemCode::ProgramNotActive.into());
            }
            invitation.sends += 1;
            invitation.expires_at = valid_until(ctx.now());
            tx.project(project).invitations().save(&invitation).await?;
            record(tx, &ctx, &invitation, "invitation.resent").await?;
            Ok(invitation)
        })
    })
    .await
}

/// Takes an invitation back. One that was taken back before stays so.
///
/// # Errors
/// `invalid_transition` where it was accepted.
pub async fn revoke_invitation(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: InvitationId,
) -> AppResult<Invitation> {
    app.authorize(ctx, project, Permission::InvitationsWrite)
        .await?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let ctx = own.clone();
        Box::pin(async move {
            let mut invitation = held(tx, project, id).await?;
            match invitation.state {
                InvitationState::Revoked => return Ok(invitation),
                InvitationState::Accepted => return Err(ProblemCode::InvalidTransition.into()),
                InvitationState::Sent => invitation.state = InvitationState::Revoked,
            }
            tx.project(project).invitations().save(&invitation).await?;
            let (actor, id) = (ctx.actor.label(), id.to_string());
            tx.audit(
                Some(project),
                ctx.now(),
                &actor,
                "invitation.revoked",
                &id,
                json!({}),
            )
            .await?;
            Ok(invitation)
        })
    })
    .await
}

async fn held(tx: &WriteTx, project: ProjectId, id: InvitationId) -> AppResult<Invitation> {
    let found = tx.project(project).invitations().lock(id).await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

fn valid_until(now: Timestamp) -> Timestamp {
    now + TimeDelta::days(DAYS)
}

/// The audit trail names no addressee: it outlives them.
async fn record(tx: &WriteTx, ctx: &Ctx, invitation: &Invitation, action: &str) -> AppResult<()> {
    let (project, id, sends) = (Some(invitation.project), invitation.id, invitation.sends);
    let detail =
        json!({ "program": invitation.program, "inviter": invitation.inviter, "sends": sends });
    tx.audit(
        project,
        ctx.now(),
        &ctx.actor.label(),
        action,
        &id.to_string(),
        detail,
    )
    .await?;
    tx.emit(
        project,
        ctx.now(),
        vec![Fact::InvitationSent {
            invitation: id,
            sends,
        }],
    );
    Ok(())
}
