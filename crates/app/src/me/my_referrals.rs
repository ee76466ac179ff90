//! Whom the member invited, in words that give nobody away.

use std::collections::HashMap;

use domain::{
    programs::Program,
    referrals::{Referral, ReferralState, WaitingFor},
    rewards::GrantState,
    risk::Verdict,
};
use kernel::{Ctx, MemberId, Page, PageRequest, ProgramId, ProjectId, ReferralId, Timestamp};
use notify::{Locale, referral_sentence};
use serde::{Deserialize, Serialize};
use store::{GrantFilter, ReferralFilter};

use super::myself;
use crate::{App, AppResult, masking::masked};

/// A referral as its inviter sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyReferral {
    /// The referral.
    pub id: ReferralId,
    /// The program.
    pub program: ProgramId,
    /// The invitee's name, masked.
    pub invitee: String,
    /// Where it stands.
    pub state: ReferralState,
    /// What it waits for.
    pub waiting: Option<WaitingFor>,
    /// State and waiting in the member's language.
    pub sentence: String,
    /// When the invitee signed up.
    pub created_at: Timestamp,
}

/// A page of those whom the member invited, newest first.
pub async fn my_referrals(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    page: PageRequest,
) -> AppResult<Page<MyReferral>> {
    let member = myself(app, ctx, project).await?;
    let reader = app.store().read();
    let scope = reader.project(project);
    let filter = ReferralFilter {
        inviter: Some(member.id),
        ..ReferralFilter::default()
    };
    let referrals = scope.referrals().list(&filter, page).await?;
    let invitees: Vec<MemberId> = referrals
        .items
        .iter()
        .map(|referral| referral.invitee)
        .collect();
    let invitees = scope.members().find_all(&invitees).await?;
    let mut programs: Vec<ProgramId> = referrals
        .items
        .iter()
        .map(|referral| referral.program)
        .collect();
    programs.sort_unstable();
    programs.dedup();
    let programs = scope.programs().find_all(&programs).await?;
    let programs: HashMap<ProgramId, Program> = programs
        .into_iter()
        .map(|program| (program.id, program))
        .collect();
    let holds = holds(app, project, member.id).await?;
    let locale = Locale::of(&member.locale);
    Ok(referrals.map(|referral| {
        let waiting = waiting_for(&referral, programs.get(&referral.program), &holds);
        MyReferral {
            id: referral.id,
            program: referral.program,
            invitee: invitees
                .get(&referral.invitee)
                .map(masked)
                .unwrap_or_default(),
            state: referral.state,
            sentence: referral_sentence(referral.state, waiting.as_ref(), locale),
            waiting,
            created_at: referral.created_at,
        }
    }))
}

/// Until when rewards of the member are held, by referral: of the newest that are.
async fn holds(
    app: &App,
    project: ProjectId,
    member: MemberId,
) -> AppResult<HashMap<ReferralId, Timestamp>> {
    let filter = GrantFilter {
        member: Some(member),
        state: Some(GrantState::Held),
        ..GrantFilter::default()
    };
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let held = app
        .store()
        .read()
        .project(project)
        .grants()
        .list(&filter, newest)
        .await?;
    let mut holds = HashMap::new();
    for grant in held.items {
        if let Some(until) = grant.due_at {
            let latest = holds.entry(grant.referral).or_insert(until);
            *latest = until.max(*latest);
        }
    }
    Ok(holds)
}

fn waiting_for(
    referral: &Referral,
    program: Option<&Program>,
    holds: &HashMap<ReferralId, Timestamp>,
) -> Option<WaitingFor> {
    if referral.verdict == Verdict::Review && referral.state.is_earning() {
        return Some(WaitingFor::Review);
    }
    if referral.state == ReferralState::Registered {
        let event = program?.settings.qualify_on.clone();
        return Some(WaitingFor::Event {
            event,
            until: referral.expires_at,
        });
    }
    holds
        .get(&referral.id)
        .map(|until| WaitingFor::Hold { until: *until })
}
