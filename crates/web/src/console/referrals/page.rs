//! One referral, and the decisions about it.

use app::referrals::{Review, get_referral, reverse_referral, review_referral};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::Response,
};
use domain::{
    people::Permission,
    referrals::{Move, Referral},
    rewards::Grant,
    risk::Verdict,
};
use http::StatusCode;
use kernel::{FieldError, ProblemCode, ReferralId};
use serde::Deserialize;

use super::super::{people::People, story::Step};
use super::story::{self, Known};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::{Frame, filters},
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
#[template(path = "console/referrals/page.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: &'a People,
    referral: &'a Referral,
    grants: &'a [Grant],
    steps: Vec<Step>,
    next: Option<String>,
    raw: String,
    reason: &'a str,
    faults: &'a [FieldError],
}

impl Shown<'_> {
    fn may(&self, step: Move) -> bool {
        self.c.may(Permission::ReferralsReview) && self.referral.state.after(step).is_ok()
    }

    fn may_accept(&self) -> bool {
        self.c.may(Permission::ReferralsReview)
            && self.referral.verdict != Verdict::Allow
            && self.referral.state.is_earning()
    }
}

type OfReferral = Path<(String, String, ReferralId)>;

/// `GET …/referrals/{id}`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): OfReferral) -> PageResult {
    draw(&desk, id, StatusCode::OK, "", &[]).await
}

async fn draw(
    desk: &Desk,
    id: ReferralId,
    status: StatusCode,
    reason: &str,
    faults: &[FieldError],
) -> Result<Response, PageError> {
    let referral = get_referral(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let known = Known::load(desk, referral).await?;
    let template = Shown {
        f: &desk.f,
        c: desk,
        people: &known.people,
        referral: &known.referral,
        grants: &known.grants,
        steps: story::tell(desk, &known),
        next: story::next(desk, &known),
        raw: story::raw(&known),
        reason,
        faults,
    };
    Ok(if status == StatusCode::OK {
        page(&template)
    } else {
        page_with(status, &template)
    })
}

/// `POST …/referrals/{id}/accept`, `reject`, `reverse`.
pub(super) async fn decide(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id, verb)): Path<(String, String, ReferralId, String)>,
    Form(answers): Form<Answers>,
) -> PageResult {
    let said = match decided(&desk, id, &verb, &answers.reason).await {
        Ok(said) => said,
        Err(PageError(problem)) if !problem.fields.is_empty() => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return draw(&desk, id, status, &answers.reason, &problem.fields).await;
        }
        Err(error) => return Err(error),
    };
    Ok(done(&state, &desk.at(&format!("referrals/{id}")), said))
}

/// Takes a decision about a referral, and names what to say of it.
pub(in crate::console) async fn decided(
    desk: &Desk,
    id: ReferralId,
    verb: &str,
    reason: &str,
) -> Result<&'static str, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let reason = reason.to_owned();
    let review = |accept| Review {
        accept,
        reason: reason.clone(),
    };
    match verb {
        "accept" => {
            review_referral(app, ctx, project, id, review(true)).await?;
            Ok("referral_accepted")
        }
        "reject" => {
            review_referral(app, ctx, project, id, review(false)).await?;
            Ok("referral_rejected")
        }
        "reverse" => {
            reverse_referral(app, ctx, project, id, reason).await?;
            Ok("referral_reversed")
        }
        _ => Err(PageError(ProblemCode::NotFound.into())),
    }
}
