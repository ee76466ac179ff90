//! Referrals that wait for a person's look.

mod case;

use app::referrals::{ReferralFilter, get_referral, list_referrals};
use askama::Template;
use axum::{
    Router,
    extract::{Form, Path, State},
    response::Response,
    routing::{get, post},
};
use domain::{
    people::Permission,
    referrals::{Referral, ReferralState},
    risk::Verdict,
};
use http::StatusCode;
use kernel::{FieldError, MemberId, Page, PageRequest, ProblemCode, ReferralId};
use serde::Deserialize;

use self::case::Case;
use super::{people::People, referrals::decided};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
    state::WebState,
    words::states,
};

/// Referrals of the queue that are shown.
const SHOWN: u16 = 50;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/risk{page}");
    Router::new()
        .route(&at(""), get(first))
        .route(&at("/{id}"), get(show))
        .route(&at("/{id}/decide"), post(decide))
}

/// What the form of a decision says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answers {
    reason: String,
    verb: String,
}

#[derive(Template)]
#[template(path = "console/risk/queue.html")]
struct Queue<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    queue: Vec<Referral>,
    case: Option<Case>,
    reason: &'a str,
    faults: &'a [FieldError],
}

impl Queue<'_> {
    fn is_shown(&self, referral: &Referral) -> bool {
        let shown = self.case.as_ref().map(|case| case.known.referral.id);
        shown == Some(referral.id)
    }
}

/// The queue, oldest first: who waited longest is next.
async fn waiting(desk: &Desk) -> Result<Vec<Referral>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let mut found = Vec::new();
    for state in [
        ReferralState::Registered,
        ReferralState::Qualified,
        ReferralState::Rewarded,
    ] {
        let filter = ReferralFilter {
            verdict: Some(Verdict::Review),
            state: Some(state),
            ..ReferralFilter::default()
        };
        let newest = PageRequest::new(None, Some(PageRequest::MAX));
        let page: Page<Referral> = list_referrals(app, ctx, project, filter, newest).await?;
        found.extend(page.items);
    }
    found.sort_by_key(|referral| referral.id);
    found.truncate(SHOWN.into());
    Ok(found)
}

/// `GET …/risk`.
async fn first(desk: Desk) -> PageResult {
    let queue = waiting(&desk).await?;
    let next = queue.first().cloned();
    draw(&desk, queue, next, StatusCode::OK, "", &[]).await
}

type OfReferral = Path<(String, String, ReferralId)>;

/// `GET …/risk/{id}`.
async fn show(desk: Desk, Path((_, _, id)): OfReferral) -> PageResult {
    let queue = waiting(&desk).await?;
    let chosen = get_referral(&desk.app, &desk.ctx, desk.project.id, id).await?;
    draw(&desk, queue, Some(chosen), StatusCode::OK, "", &[]).await
}

async fn draw(
    desk: &Desk,
    queue: Vec<Referral>,
    chosen: Option<Referral>,
    status: StatusCode,
    reason: &str,
    faults: &[FieldError],
) -> Result<Response, PageError> {
    if !desk.may(Permission::ReferralsReview) {
        return Err(PageError(ProblemCode::Forbidden.into()));
    }
    let sides = queue
        .iter()
        .flat_map(|one| [Some(one.invitee), one.inviter]);
    let named: Vec<MemberId> = sides.flatten().collect();
    let case = match chosen {
        Some(chosen) => Some(Case::load(desk, chosen).await?),
        None => None,
    };
    let template = Queue {
        f: &desk.f,
        c: desk,
        people: People::of(desk, named).await?,
        queue,
        case,
        reason,
        faults,
    };
    Ok(page_with(status, &template))
}

/// `POST …/risk/{id}/decide`: then comes the next one.
async fn decide(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): OfReferral,
    Form(answers): Form<Answers>,
) -> PageResult {
    if !matches!(answers.verb.as_str(), "accept" | "reject") {
        return Err(PageError(ProblemCode::MalformedRequest.into()));
    }
    match decided(&desk, id, &answers.verb, &answers.reason).await {
        Ok(said) => Ok(done(&state, &desk.at("risk"), said)),
        Err(PageError(problem)) if !problem.fields.is_empty() => {
            let queue = waiting(&desk).await?;
            let chosen = get_referral(&desk.app, &desk.ctx, desk.project.id, id).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let (reason, faults) = (&answers.reason, &problem.fields);
            draw(&desk, queue, Some(chosen), status, reason, faults).await
        }
        Err(error) => Err(error),
    }
}
