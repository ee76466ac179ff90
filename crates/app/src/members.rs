//! Members: the people of the host application.

use std::collections::{BTreeMap, HashMap};

use domain::{ledger::AccountKind, members::Member, people::Permission, referrals::Standing};
use kernel::{Amount, Ctx, MemberId, Page, PageRequest, ProblemCode, ProgramId, ProjectId, Unit};
use serde::{Deserialize, Serialize};
use store::{Conn, InProject, StoreResult};

use crate::{App, AppResult, access::known_member};

mod import_members;
mod timeline;
mod tree;
mod upsert_member;

pub use import_members::{MembersImported, import_members};
pub use timeline::{Notices, TimelineEntry, TimelineItem, timeline};
pub use tree::{Invitee, Inviter, invitees, inviter_of};
pub use upsert_member::{NewMember, upsert_member};
pub(crate) use upsert_member::{blank, write};

/// What a member has of one unit, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The unit.
    pub unit: Unit,
    /// Granted, and held or waiting for approval.
    pub held: Amount,
    /// To spend.
    pub available: Amount,
    /// Owed after a clawback of what was spent; at most zero.
    pub debt: Amount,
}

/// A member with what belongs to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberOverview {
    /// The member.
    pub member: Member,
    /// What they have, by unit.
    pub balances: Vec<Balance>,
    /// Their figures, by program, newest program first.
    pub standings: Vec<(ProgramId, Standing)>,
    /// Notices that they have not read.
    pub unread: u64,
}

/// A page of members, newest first; `search` is the beginning of an e-mail, an external id or a name, in whatever case.
pub async fn list_members(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    search: Option<&str>,
    page: PageRequest,
) -> AppResult<Page<Member>> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    let search = search.map(str::trim).filter(|text| !text.is_empty());
    let reader = app.store().read();
    let members = reader.project(project).members();
    Ok(match search {
        None => members.list(page).await?,
        Some(text) => members.search(text, page).await?,
    })
}

/// One member.
pub async fn get_member(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: MemberId,
) -> AppResult<Member> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    known_member(app, project, id).await
}

/// The members with these ids, as far as the project has them.
pub async fn members_by_id(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    ids: &[MemberId],
) -> AppResult<HashMap<MemberId, Member>> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    let reader = app.store().read();
    Ok(reader.project(project).members().find_all(ids).await?)
}

/// The member whom the host application knows under this id.
pub async fn find_member(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    external_id: &str,
) -> AppResult<Member> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    let found = app
        .store()
        .read()
        .project(project)
        .members()
        .find_known(&[external_id], &[])
        .await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| ProblemCode::NotFound.into())
}

/// A member with balances, standings and the number of unread notices.
pub async fn member_overview(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: MemberId,
) -> AppResult<MemberOverview> {
    app.authorize_self(ctx, project, id, Permission::MembersRead)
        .await?;
    let member = known_member(app, project, id).await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let programs = scope.programs().list(newest).await?.items;
    let programs: Vec<ProgramId> = programs.into_iter().map(|program| program.id).collect();
    let standings = scope.standings().of_member(&programs, id).await?;
    Ok(MemberOverview {
        member,
        balances: balances(scope, id).await?,
        standings: standings
            .into_iter()
            .map(|standing| (standing.program, standing))
            .collect(),
        unread: scope.notices().unread_count(id).await?,
    })
}

/// What a member has, by unit.
pub(crate) async fn balances<C: Conn>(
    scope: InProject<'_, C>,
    id: MemberId,
) -> StoreResult<Vec<Balance>> {
    let accounts = scope.ledger().balances(id.uuid()).await?;
    Ok(by_unit(
        accounts
            .into_iter()
            .map(|(key, amount)| (key.unit, key.kind, amount)),
    ))
}

fn by_unit(accounts: impl Iterator<Item = (Unit, AccountKind, Amount)>) -> Vec<Balance> {
    let mut units: BTreeMap<Unit, Balance> = BTreeMap::new();
    for (unit, kind, amount) in accounts {
        let balance = units.entry(unit.clone()).or_insert_with(|| Balance {
            unit,
            held: Amount::ZERO,
            available: Amount::ZERO,
            debt: Amount::ZERO,
        });
        match kind {
            AccountKind::Held => balance.held = amount,
            AccountKind::Available => balance.available = amount,
            AccountKind::Debt => balance.debt = amount,
            AccountKind::Program | AccountKind::Spent | AccountKind::Expired => {}
        }
    }
    units.into_values().collect()
}
