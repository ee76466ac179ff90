//! Reads, with a query per table, whatever the letters name.

use std::collections::{BTreeSet, HashMap};

use domain::{
    invitations::Invitation,
    log::{Entry, Fact},
    members::Member,
    programs::Program,
    projects::Project,
    rewards::{Grant, GrantState},
};
use kernel::{CodeId, GrantId, InvitationId, MemberId, ProgramId, ProjectId};
use store::{StoreResult, WriteTx};

/// What letters of one project name.
pub(super) struct Known {
    pub(super) project: Project,
    pub(super) members: HashMap<MemberId, Member>,
    pub(super) programs: HashMap<ProgramId, Program>,
    pub(super) grants: HashMap<GrantId, Grant>,
    pub(super) invitations: HashMap<InvitationId, Invitation>,
    /// The texts of the codes that invitations carry.
    pub(super) codes: HashMap<CodeId, String>,
}

#[derive(Default)]
struct Wanted {
    members: BTreeSet<MemberId>,
    programs: BTreeSet<ProgramId>,
    grants: BTreeSet<GrantId>,
    invitations: BTreeSet<InvitationId>,
}

/// What the letters about these entries name; none where there is nothing to tell.
pub(super) async fn load(
    tx: &WriteTx,
    project: ProjectId,
    entries: &[&Entry],
) -> StoreResult<Option<Known>> {
    let mut wanted = Wanted::default();
    for fact in entries.iter().flat_map(|entry| &entry.facts) {
        wanted.note(fact);
    }
    if wanted.members.is_empty() && wanted.invitations.is_empty() {
        return Ok(None);
    }
    let Some(project) = tx.directory().project(project).await? else {
        return Ok(None);
    };
    let scope = tx.project(project.id);
    let (mut invitations, mut codes) = (HashMap::new(), HashMap::new());
    for id in &wanted.invitations {
        let Some(invitation) = scope.invitations().find(*id).await? else {
            continue;
        };
        if let Some(code) = scope.codes().find(invitation.code).await? {
            codes.insert(code.id, code.text);
        }
        wanted.members.insert(invitation.inviter);
        wanted.programs.insert(invitation.program);
        invitations.insert(*id, invitation);
    }
    let members: Vec<MemberId> = wanted.members.into_iter().collect();
    let programs: Vec<ProgramId> = wanted.programs.into_iter().collect();
    let grants: Vec<GrantId> = wanted.grants.into_iter().collect();
    let programs = scope.programs().find_all(&programs).await?;
    let grants = scope.grants().find_all(&grants).await?;
    Ok(Some(Known {
        members: scope.members().find_all(&members).await?,
        programs: programs
            .into_iter()
            .map(|program| (program.id, program))
            .collect(),
        grants: grants.into_iter().map(|grant| (grant.id, grant)).collect(),
        project,
        invitations,
        codes,
    }))
}

impl Wanted {
    fn note(&mut self, fact: &Fact) {
        match fact {
            Fact::ReferralRegistered {
                program,
                inviter,
                invitee,
                ..
            } => {
                self.programs.insert(*program);
                self.members.insert(*invitee);
                self.members.extend(*inviter);
            }
            Fact::RewardGranted {
                grant,
                program,
                member,
                state,
                ..
            }
            | Fact::RewardChanged {
                grant,
                program,
                member,
                state,
                ..
            } => {
                self.programs.insert(*program);
                self.members.insert(*member);
                if *state == GrantState::Available {
                    // When it expires is said by the grant alone.
                    self.grants.insert(*grant);
                }
            }
            Fact::InvitationSent { invitation, .. } => {
                self.invitations.insert(*invitation);
            }
            _ => {}
        }
    }
}
