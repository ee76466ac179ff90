//! Names for the ids that stand on a page.

use std::collections::HashMap;

use app::{
    members::members_by_id,
    programs::list_programs,
    stats::{Leader, leaderboard},
};
use domain::{
    members::Member,
    people::Permission,
    programs::{Program, ProgramStatus},
};
use kernel::{MemberId, PageRequest, ProgramId};

use crate::{answer::PageError, door::Desk, look::Frame};

/// The members and programs that a page names.
#[derive(Debug)]
pub(crate) struct People {
    members: HashMap<MemberId, Member>,
    programs: Vec<Program>,
}

impl People {
    /// These members, as far as the operator may know them, and the project's programs, the newest 200.
    pub(crate) async fn of(desk: &Desk, mut ids: Vec<MemberId>) -> Result<Self, PageError> {
        let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
        ids.sort_unstable();
        ids.dedup();
        let members = if desk.may(Permission::MembersRead) {
            members_by_id(app, ctx, project, &ids).await?
        } else {
            HashMap::new()
        };
        let newest = PageRequest::new(None, Some(PageRequest::MAX));
        let programs = if desk.may(Permission::ProgramsRead) {
            list_programs(app, ctx, project, newest).await?.items
        } else {
            Vec::new()
        };
        Ok(Self { members, programs })
    }

    /// What a member is called: by name, e-mail, the application's id, or at least ours.
    pub(crate) fn name(&self, id: &MemberId) -> String {
        self.members.get(id).map_or_else(|| id.to_string(), called)
    }

    /// A member.
    pub(crate) fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// What a program is called.
    pub(crate) fn program(&self, id: &ProgramId) -> String {
        self.program_of(id)
            .map_or_else(|| id.to_string(), |program| program.settings.name.clone())
    }

    /// A program.
    pub(crate) fn program_of(&self, id: &ProgramId) -> Option<&Program> {
        self.programs.iter().find(|program| program.id == *id)
    }

    /// Every program.
    pub(crate) fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// The programs that are not over.
    pub(crate) fn open(&self) -> Vec<&Program> {
        let open = |program: &&Program| program.status != ProgramStatus::Ended;
        self.programs.iter().filter(open).collect()
    }

    /// The choices of a filter by program: value, label.
    pub(crate) fn choices(&self, f: &Frame) -> Vec<(String, String)> {
        let any = (String::new(), f.t.story.any_program.to_owned());
        let each = self
            .programs
            .iter()
            .map(|program| (program.id.to_string(), program.settings.name.clone()));
        std::iter::once(any).chain(each).collect()
    }
}

/// What a member is called: by name, e-mail, the application's id, or at least ours.
pub(crate) fn called(member: &Member) -> String {
    let known = [&member.name, &member.email, &member.external_id];
    let known = known.into_iter().flatten().find(|text| !text.is_empty());
    known.cloned().unwrap_or_else(|| member.id.to_string())
}

/// The first five of a program, by name for whoever may know it.
pub(crate) async fn leaders_by_name(
    desk: &Desk,
    program: ProgramId,
) -> Result<Vec<Leader>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let mut first = leaderboard(app, ctx, project, program, 5).await?;
    if desk.may(Permission::MembersRead) {
        let ids: Vec<_> = first.iter().map(|leader| leader.member).collect();
        let members = members_by_id(app, ctx, project, &ids).await?;
        for leader in &mut first {
            if let Some(member) = members.get(&leader.member) {
                leader.name = called(member);
            }
        }
    }
    Ok(first)
}
