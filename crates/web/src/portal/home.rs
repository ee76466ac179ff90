//! The first page: what to share, what it brings, what came of it.

use app::me::{
    MyWaitlist, claim_inviter, my_invitation, my_link, my_notices, my_progress, my_referrals,
    my_waitlist,
};
use askama::Template;
use axum::extract::{Form, State};
use cache::LimitClass;
use domain::{
    programs::{Program, ProgramKind, ProgramStatus},
    referrals::quota_left,
    rewards::Progress,
};
use http::StatusCode;
use kernel::{FieldError, PageRequest, Problem, ProblemCode, Timestamp};
use notify::{refusal_sentence, reward_words};
use serde::Deserialize;

use super::{
    room::Room,
    states::{self, Friend},
};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    landing::promise::{first_name, spaced},
    look::{
        Frame,
        filters::{self, counted, fill},
    },
    share::Share,
    state::WebState,
};

/// Friends shown: of the program, among the newest.
const FRIENDS: usize = 5;

/// What the forms of the page say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    email: String,
    code: String,
}

/// Why a form of the page was refused.
#[derive(Debug, Default)]
struct Refused {
    invite: Option<&'static str>,
    claim: Option<&'static str>,
    faults: Vec<FieldError>,
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct Home<'a> {
    f: &'a Frame,
    r: &'a Room,
    /// That the program does not run, where it does not.
    asleep: Option<String>,
    waitlist: Option<MyWaitlist>,
    share: Option<Share>,
    quota: Option<String>,
    goals: Vec<Goal>,
    friends: Vec<Friend>,
    notices: Vec<(String, Timestamp)>,
    answers: &'a Answers,
    refused: &'a Refused,
}

/// What there is to earn with one rule.
struct Goal {
    /// What is earned.
    what: String,
    /// For what.
    when: String,
    /// What else there is to say.
    also: Option<String>,
    /// How far the member is: has, needs, both in words.
    meter: Option<(u32, u32, String)>,
}

impl Home<'_> {
    fn name(&self) -> &str {
        first_name(self.r.member.name.as_deref().unwrap_or_default())
    }
}

/// `GET /me`.
pub(super) async fn show(r: Room) -> PageResult {
    draw(&r, &Answers::default(), &Refused::default()).await
}

/// `POST /me/invite`.
pub(super) async fn invite(
    State(state): State<WebState>,
    r: Room,
    Form(answers): Form<Answers>,
) -> PageResult {
    let program = r.in_program()?.id;
    let sender = r.member.id.uuid();
    let verdict = state
        .limits
        .check(LimitClass::Send, sender.as_bytes())
        .await;
    let sent = if verdict.allowed {
        my_invitation(&r.app, &r.ctx, r.project.id, program, answers.email.trim()).await
    } else {
        Err(ProblemCode::RateLimited.into())
    };
    let Err(error) = sent else {
        return Ok(done(&state, &r.at(""), "my_invitation_sent"));
    };
    let problem = expected(error)?;
    let sentence = match problem.code {
        ProblemCode::Conflict => r.f.t.portal.invited_before,
        ProblemCode::RateLimited => r.f.t.portal.too_many,
        code => refusal_sentence(code, r.f.locale),
    };
    let refused = Refused {
        invite: problem.fields.is_empty().then_some(sentence),
        faults: problem.fields,
        ..Refused::default()
    };
    draw(&r, &answers, &refused).await
}

/// `POST /me/claim`: who invited the member, said after the sign-up.
pub(super) async fn claim(
    State(state): State<WebState>,
    r: Room,
    Form(answers): Form<Answers>,
) -> PageResult {
    let code = answers.code.trim();
    let Err(error) = claim_inviter(&r.app, &r.ctx, r.project.id, code).await else {
        return Ok(done(&state, &r.at(""), "inviter_named"));
    };
    let problem = expected(error)?;
    let refused = Refused {
        claim: Some(refusal_sentence(problem.code, r.f.locale)),
        ..Refused::default()
    };
    draw(&r, &answers, &refused).await
}

/// The problem, where it is one that the person can do something about.
fn expected(error: app::AppError) -> Result<Problem, PageError> {
    let problem = error.problem();
    if problem.code.status() >= 500 {
        return Err(error.into());
    }
    Ok(problem)
}

async fn draw(r: &Room, answers: &Answers, refused: &Refused) -> PageResult {
    let (f, app, ctx, project) = (&r.f, &r.app, &r.ctx, r.project.id);
    let few = |limit| PageRequest::new(None, Some(limit));
    let (waitlist, share, goals) = match &r.program {
        Some(program) => {
            let rules = my_progress(app, ctx, project, program.id).await?;
            let mut goals: Vec<_> = rules.iter().flat_map(|rule| goals(f, rule)).collect();
            // What can be reached comes before what is earned each time.
            goals.sort_by_key(|goal| goal.meter.is_none());
            (waitlist(r, program).await?, share(r, program).await?, goals)
        }
        None => (None, None, Vec::new()),
    };
    let friends = my_referrals(app, ctx, project, few(25)).await?.items;
    let here = r.program.as_ref().map(|program| program.id);
    let unread = my_notices(app, ctx, project, true, few(3)).await?.items;
    let template = Home {
        f,
        r,
        asleep: r.program.as_ref().and_then(|program| asleep(f, program)),
        waitlist,
        quota: share.is_some().then(|| quota(r)).flatten(),
        share,
        goals,
        friends: friends
            .into_iter()
            .filter(|friend| Some(friend.program) == here)
            .take(FRIENDS)
            .map(|friend| states::of_friend(f, friend))
            .collect(),
        notices: unread
            .iter()
            .filter_map(|notice| Some((states::of_notice(f, notice)?, notice.created_at)))
            .collect(),
        answers,
        refused,
    };
    Ok(page_with(status(refused), &template))
}

fn status(refused: &Refused) -> StatusCode {
    if refused.invite.is_none() && refused.claim.is_none() && refused.faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

async fn waitlist(r: &Room, program: &Program) -> Result<Option<MyWaitlist>, PageError> {
    if program.kind != ProgramKind::Waitlist {
        return Ok(None);
    }
    match my_waitlist(&r.app, &r.ctx, r.project.id, program.id).await {
        Ok(place) => Ok(Some(place)),
        Err(error) if error.problem().code == ProblemCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The member's link; none where there is none and the program makes no more.
async fn share(r: &Room, program: &Program) -> Result<Option<Share>, PageError> {
    if program.status == ProgramStatus::Ended {
        return Ok(None);
    }
    match my_link(&r.app, &r.ctx, r.project.id, program.id).await {
        Ok(link) => Ok(Some(Share::new(&r.f, &program.settings.name, &link))),
        Err(error) if error.problem().code.status() < 500 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn quota(r: &Room) -> Option<String> {
    let t = &r.f.t.portal;
    let policy = r.program.as_ref()?.settings.quota.as_ref()?;
    let left = r
        .standing()
        .map_or(policy.invites, |own| quota_left(policy, own, r.f.now));
    let text = if policy.refill_days.is_some() {
        t.quota_now
    } else {
        t.quota
    };
    Some(counted(text, &left.to_string()))
}

fn asleep(f: &Frame, program: &Program) -> Option<String> {
    let t = &f.t.portal;
    let start = program.settings.starts_at.filter(|start| f.now < *start);
    let over = program.settings.ends_at.is_some_and(|end| f.now >= end);
    match (program.status, start) {
        (ProgramStatus::Ended, _) => Some(t.ended.to_owned()),
        _ if over => Some(t.ended.to_owned()),
        (ProgramStatus::Active, Some(start)) => Some(fill(t.soon, "date", &f.date(&start))),
        (ProgramStatus::Active, None) => None,
        _ => Some(t.paused.to_owned()),
    }
}

/// What a rule has in store: at the next number, for each friend, for the friends themselves.
fn goals(f: &Frame, rule: &Progress) -> Vec<Goal> {
    let t = &f.t.portal;
    let words = |reward| reward_words(reward, f.locale);
    let friends = |reward| fill(t.your_friends_get, "reward", &words(reward));
    let next = rule.next.as_ref().map(|goal| {
        let missing = goal.need.saturating_sub(rule.have).to_string();
        Goal {
            what: words(&goal.reward),
            when: counted(t.to_go, &missing),
            also: None,
            meter: Some((rule.have, goal.need, of_need(f, rule.have, goal.need))),
        }
    });
    let each = match (&rule.per_friend, &rule.for_friend) {
        (Some(reward), friend) => Some(Goal {
            what: words(reward),
            when: each(f, &rule.on),
            also: friend.as_ref().map(friends),
            meter: None,
        }),
        (None, Some(reward)) => Some(Goal {
            what: friends(reward),
            when: each(f, &rule.on),
            also: None,
            meter: None,
        }),
        (None, None) => None,
    };
    [next, each].into_iter().flatten().collect()
}

fn of_need(f: &Frame, have: u32, need: u32) -> String {
    let text = fill(f.t.portal.of_need, "have", &have.to_string());
    fill(&text, "need", &need.to_string())
}

fn each(f: &Frame, event: &str) -> String {
    let t = &f.t.portal;
    match event {
        "signup" => t.each_signup.to_owned(),
        "activation" => t.each_activation.to_owned(),
        "purchase" => t.each_purchase.to_owned(),
        own => fill(t.each_event, "event", &spaced(own)),
    }
}
