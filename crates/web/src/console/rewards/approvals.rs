//! Grants that wait for a person.

use app::rewards::{Decision, GrantFilter, decide_grants, list_grants};
use askama::Template;
use axum::{extract::State, response::Response};
use domain::{
    people::Permission,
    rewards::{Grant, GrantState},
};
use http::StatusCode;
use kernel::{GrantId, Page};

use super::{
    super::{list::Listing, people::People, typed::some},
    waiting,
};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    door::{Console, Desk},
    look::{
        Frame,
        filters::{self, fill},
    },
    state::WebState,
    words::{self, record, states},
};

/// What the form says.
#[derive(Debug, Default)]
struct Answers {
    chosen: Vec<GrantId>,
    reason: String,
    approve: bool,
}

#[derive(Template)]
#[template(path = "console/rewards/approvals.html")]
struct Approvals<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    waiting: String,
    people: People,
    grants: Page<Grant>,
    answers: &'a Answers,
    note: Option<String>,
}

/// `GET …/rewards/approvals`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    draw(&desk, &listing, &Answers::default(), StatusCode::OK, None).await
}

async fn draw(
    desk: &Desk,
    listing: &Listing,
    answers: &Answers,
    status: StatusCode,
    note: Option<String>,
) -> Result<Response, PageError> {
    let filter = GrantFilter {
        state: Some(GrantState::PendingApproval),
        program: listing.parse("program"),
        ..GrantFilter::default()
    };
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let grants = list_grants(app, ctx, project, filter, listing.page()).await?;
    let named = grants.items.iter().map(|grant| grant.member);
    let template = Approvals {
        f: &desk.f,
        c: desk,
        listing,
        waiting: waiting(desk).await?,
        people: People::of(desk, named.collect()).await?,
        grants,
        answers,
        note,
    };
    Ok(page_with(status, &template))
}

/// `POST …/rewards/approvals`: the chosen, or the one whose own button was pressed.
pub(super) async fn decide(
    State(state): State<WebState>,
    desk: Desk,
    listing: Listing,
    body: String,
) -> PageResult {
    let answers = read(&body);
    let t = &desk.f.t.rewards;
    let reason = match some(&answers.reason) {
        _ if answers.chosen.is_empty() => Err(t.choose_some),
        Some(reason) => Ok(reason),
        None if answers.approve => Ok(t.approved_by_default.to_owned()),
        None => Err(t.say_why),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let reason = match reason {
        Ok(reason) => reason,
        Err(note) => return draw(&desk, &listing, &answers, status, Some(note.into())).await,
    };
    if let Some(note) = decide_all(&desk, &answers, &reason).await? {
        return draw(&desk, &listing, &answers, status, Some(note)).await;
    }
    let said = if answers.approve {
        "rewards_approved"
    } else {
        "rewards_rejected"
    };
    Ok(done(&state, &desk.at("rewards/approvals"), said))
}

/// Decides about each, and tells how many could not be decided.
async fn decide_all(
    desk: &Desk,
    answers: &Answers,
    reason: &str,
) -> Result<Option<String>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let decision = if answers.approve {
        Decision::Approve
    } else {
        Decision::Reject
    };
    let decided = decide_grants(app, ctx, project, &answers.chosen, decision, reason).await?;
    let mut failed = Vec::new();
    for error in decided.into_iter().filter_map(Result::err) {
        let problem = error.problem();
        if problem.code.status() != 409 {
            return Err(PageError(problem));
        }
        failed.push(words::problem(&desk.f, &problem).1);
    }
    let Some(why) = failed.first() else {
        return Ok(None);
    };
    let note = fill(desk.f.t.rewards.some_failed, "n", &failed.len().to_string());
    Ok(Some(fill(&note, "why", why)))
}

fn read(body: &str) -> Answers {
    let mut answers = Answers::default();
    let mut only = None;
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        match &*name {
            "id" => answers.chosen.extend(value.parse::<GrantId>().ok()),
            "reason" => answers.reason = value.into_owned(),
            "verb" => answers.approve = value == "approve",
            "approve" => {
                only = value.parse().ok();
                answers.approve = true;
            }
            _ => {}
        }
    }
    if let Some(only) = only {
        answers.chosen = vec![only];
    }
    answers
}
