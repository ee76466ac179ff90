//! Who invited whom, one level at a time.

use std::collections::HashMap;

use domain::{members::Member, people::Permission, referrals::Referral};
use kernel::{Ctx, MemberId, Page, PageRequest, ProgramId, ProjectId};
use store::{Conn, InProject, ReferralFilter, StoreResult};

use crate::{App, AppResult, access::known_member};

/// Somebody whom a member invited.
#[derive(Debug, Clone, PartialEq)]
pub struct Invitee {
    /// How, and what became of it.
    pub referral: Referral,
    /// Who.
    pub member: Member,
    /// How many they have invited in turn, in all programs.
    pub invited: u32,
}

/// Somebody who invited a member.
#[derive(Debug, Clone, PartialEq)]
pub struct Inviter {
    /// How, and what became of it.
    pub referral: Referral,
    /// Who; none where the code was the program's own.
    pub member: Option<Member>,
}

/// A page of those whom a member invited, newest first, in one program where it is given.
///
/// # Errors
/// `not_found`; this needs both `members:read` and `referrals:read`.
pub async fn invitees(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    program: Option<ProgramId>,
    page: PageRequest,
) -> AppResult<Page<Invitee>> {
    authorize(app, ctx, project).await?;
    known_member(app, project, member).await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let filter = ReferralFilter {
        inviter: Some(member),
        program,
        ..ReferralFilter::default()
    };
    let Page { items, next, prev } = scope.referrals().list(&filter, page).await?;
    let ids: Vec<MemberId> = items.iter().map(|referral| referral.invitee).collect();
    // The same person may have joined two programs.
    let members = scope.members().find_all(&ids).await?;
    let invited = invited(scope, &ids).await?;
    let items = items
        .into_iter()
        .filter_map(|referral| {
            Some(Invitee {
                member: members.get(&referral.invitee)?.clone(),
                invited: invited.get(&referral.invitee).copied().unwrap_or_default(),
                referral,
            })
        })
        .collect();
    Ok(Page { items, next, prev })
}

/// Who invited a member, newest first: at most one in each program.
///
/// # Errors
/// As [`invitees`].
pub async fn inviter_of(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
) -> AppResult<Vec<Inviter>> {
    authorize(app, ctx, project).await?;
    known_member(app, project, member).await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let filter = ReferralFilter {
        invitee: Some(member),
        ..ReferralFilter::default()
    };
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let referrals = scope.referrals().list(&filter, newest).await?.items;
    let ids: Vec<MemberId> = referrals.iter().filter_map(|it| it.inviter).collect();
    let members = scope.members().find_all(&ids).await?;
    Ok(referrals
        .into_iter()
        .map(|referral| Inviter {
            member: referral.inviter.and_then(|id| members.get(&id).cloned()),
            referral,
        })
        .collect())
}

async fn authorize(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<()> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    app.authorize(ctx, project, Permission::ReferralsRead).await
}

/// How many each of these has invited.
async fn invited<C: Conn>(
    scope: InProject<'_, C>,
    members: &[MemberId],
) -> StoreResult<HashMap<MemberId, u32>> {
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let programs = scope.programs().list(newest).await?.items;
    let programs: Vec<ProgramId> = programs.into_iter().map(|program| program.id).collect();
    let mut invited: HashMap<MemberId, u32> = HashMap::new();
    for standing in scope.standings().of_members(&programs, members).await? {
        let count = invited.entry(standing.member).or_default();
        *count = count.saturating_add(standing.registered);
    }
    Ok(invited)
}
