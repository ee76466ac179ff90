//! One grant, and its life.

use app::{
    ledger::{TransferFilter, list_all_transfers},
    referrals::get_referral,
    rewards::{approve_grant, claim_grant, get_grant, reject_grant, reverse_grant},
};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use domain::{
    ledger::{Transfer, TransferReason},
    people::Permission,
    referrals::Referral,
    rewards::{Grant, GrantStep, Reward},
};
use http::StatusCode;
use kernel::{FieldError, GrantId, PageRequest, ProblemCode};
use serde::Deserialize;

use super::super::{
    actors::{Actors, labels},
    deeds::{audited, by_actor},
    people::People,
    story::{Mark, Part, Sentence, Step},
};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    door::{Console, Desk},
    look::{
        Frame,
        filters::{self, fill},
    },
    state::WebState,
    words::{record, states},
};

/// What the form of a decision says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    reason: String,
}

#[derive(Template)]
#[template(path = "console/rewards/page.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    grant: &'a Grant,
    referral: Option<Referral>,
    steps: Vec<Step>,
    reason: &'a str,
    faults: &'a [FieldError],
}

impl Shown<'_> {
    fn may(&self, step: GrantStep) -> bool {
        self.c.may(Permission::RewardsApprove) && self.grant.state.after(step).is_ok()
    }

    fn may_claim(&self) -> bool {
        self.c.may(Permission::RewardsClaim)
            && self.grant.unit().is_none()
            && self.grant.state.after(GrantStep::Claim).is_ok()
    }
}

type OfGrant = Path<(String, String, GrantId)>;

/// `GET …/rewards/{id}`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): OfGrant) -> PageResult {
    draw(&desk, id, StatusCode::OK, "", &[]).await
}

async fn draw(
    desk: &Desk,
    id: GrantId,
    status: StatusCode,
    reason: &str,
    faults: &[FieldError],
) -> Result<Response, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let grant = get_grant(app, ctx, project, id).await?;
    let referral = if desk.may(Permission::ReferralsRead) {
        Some(get_referral(app, ctx, project, grant.referral).await?)
    } else {
        None
    };
    let named = referral
        .iter()
        .flat_map(|referral| [Some(referral.invitee), referral.inviter])
        .flatten()
        .chain([grant.member]);
    let people = People::of(desk, named.collect()).await?;
    let template = Shown {
        steps: life(desk, &people, &grant).await?,
        f: &desk.f,
        c: desk,
        people,
        grant: &grant,
        referral,
        reason,
        faults,
    };
    Ok(page_with(status, &template))
}

/// What happened to a grant, oldest first.
async fn life(desk: &Desk, people: &People, grant: &Grant) -> Result<Vec<Step>, PageError> {
    let (f, t) = (&desk.f, &desk.f.t.rewards);
    let made = Sentence::new(t.made)
        .with("member", Part::member(desk, people, grant.member))
        .say("reward", states::reward(f, &grant.reward))
        .say("rule", grant.rule.as_str());
    let mut steps = vec![Step::new("accent", Some(grant.created_at), made)];
    steps.extend(moves(desk, grant).await?);
    let entries = audited(desk, grant.id.to_string()).await?;
    let actors = Actors::load(desk, labels(&entries)).await?;
    for entry in &entries {
        let t = &desk.f.t.story;
        let (text, look) = match entry.action.as_str() {
            "grant.approved" => (t.grant_approved_by, "good"),
            "grant.rejected" => (t.grant_rejected_by, "bad"),
            "grant.reversed" => (t.grant_reversed_by, "bad"),
            "grant.claimed" => (t.grant_claimed_by, "good"),
            _ => continue,
        };
        steps.push(by_actor(desk, &actors, entry, text, look));
    }
    steps.sort_by_key(|step| step.at);
    steps.push(now(f, grant));
    Ok(steps)
}

/// Where the grant stands.
fn now(f: &Frame, grant: &Grant) -> Step {
    let (word, look) = states::grant(f.t, grant.state);
    let said = Sentence::new(f.t.story.now_state).say("state", word);
    let mut marks = Vec::new();
    if let Some(at) = grant.due_at {
        let text = if grant.state.is_waiting() {
            f.t.story.held_until
        } else {
            f.t.story.expires_on
        };
        marks.push(Mark::remark(fill(text, "date", &f.date(&at))));
    }
    if let Some(reason) = &grant.reason {
        let reason = record::reason(f.t, reason);
        marks.push(Mark::remark(fill(f.t.story.because, "reason", reason)));
    }
    Step {
        marks,
        ..Step::new(look, None, said)
    }
}

/// What moved because of the grant.
async fn moves(desk: &Desk, grant: &Grant) -> Result<Vec<Step>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    if !desk.may(Permission::LedgerRead) {
        return Ok(Vec::new());
    }
    let filter = TransferFilter {
        grant: Some(grant.id),
        ..TransferFilter::default()
    };
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let transfers = list_all_transfers(app, ctx, project, filter, newest).await?;
    let told = transfers.items.iter().rev();
    Ok(told
        .filter_map(|transfer| moved(&desk.f, transfer))
        .collect())
}

fn moved(f: &Frame, transfer: &Transfer) -> Option<Step> {
    let t = &f.t.rewards;
    let (text, look) = match transfer.reason {
        TransferReason::Grant => return None,
        TransferReason::Release => (t.released, "good"),
        TransferReason::Reject => (t.returned, "bad"),
        TransferReason::Spend => (t.spent, ""),
        TransferReason::Expire => (t.expired, ""),
        TransferReason::Clawback => (t.clawed_back, "bad"),
        TransferReason::Settle => (t.settled, "warn"),
    };
    let amount = f.amount(&transfer.amount, &transfer.debit.unit);
    let said = Sentence::new(text).say("amount", amount);
    let operation = transfer.operation.as_deref().map(Mark::remark);
    Some(Step {
        marks: operation.into_iter().collect(),
        ..Step::new(look, Some(transfer.at), said)
    })
}

/// `POST …/rewards/{id}/approve`, `reject`, `reverse`, `claim`.
pub(super) async fn decide(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id, verb)): Path<(String, String, GrantId, String)>,
    Form(answers): Form<Answers>,
) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let reason = answers.reason.clone();
    let (decided, said) = match verb.as_str() {
        "approve" => (
            approve_grant(app, ctx, project, id, reason).await,
            "rewards_approved",
        ),
        "reject" => (
            reject_grant(app, ctx, project, id, reason).await,
            "rewards_rejected",
        ),
        "reverse" => (
            reverse_grant(app, ctx, project, id, reason).await,
            "reward_reversed",
        ),
        "claim" => (claim_grant(app, ctx, project, id).await, "reward_claimed"),
        _ => return Err(PageError(ProblemCode::NotFound.into())),
    };
    match decided {
        Ok(_) => Ok(done(&state, &desk.at(&format!("rewards/{id}")), said)),
        Err(error) if !error.problem().fields.is_empty() => {
            let faults = error.problem().fields;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            draw(&desk, id, status, &answers.reason, &faults).await
        }
        Err(error) => Err(error.into()),
    }
}
