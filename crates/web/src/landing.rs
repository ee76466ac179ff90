//! A program's public page.

use app::landing::{Join, Joined, Landing, join, landing};
use askama::Template;
use axum::{
    extract::{Form, Path, Query, State},
    response::Response,
};
use cache::LimitClass;
use domain::{
    programs::Program,
    rewards::{Reward, RuleKind, Side},
};
use http::{HeaderMap, StatusCode};
use http_kit::ClientAddress;
use kernel::{Actor, Problem};
use notify::{Locale, refusal_sentence, reward_words};
use serde::Deserialize;

use crate::{
    answer::{PageError, PageResult, admit, page, page_with},
    links,
    look::{Frame, cookie, filters},
    state::WebState,
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Arrival {
    code: Option<String>,
    click_id: Option<String>,
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answers {
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    click_id: String,
}

#[derive(Template)]
#[template(path = "landing/page.html")]
struct Page<'a> {
    f: &'a Frame,
    landing: &'a Landing,
    inviter: Option<&'a str>,
    invitee_gets: Vec<String>,
    inviter_gets: Vec<String>,
    sorry: Option<&'static str>,
    error: Option<String>,
    answers: Answers,
}

#[derive(Template)]
#[template(path = "landing/joined.html")]
struct Welcome<'a> {
    f: &'a Frame,
    joined: &'a Joined,
    attributed: bool,
}

/// `GET /{project}/{program}`.
pub(crate) async fn show(
    State(state): State<WebState>,
    f: Frame,
    Path((project, program)): Path<(String, String)>,
    address: ClientAddress,
    Query(arrival): Query<Arrival>,
) -> PageResult {
    admit(&state, LimitClass::Visit, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    let code = arrival.code.filter(|code| !code.is_empty());
    let found = landing(&state.app, &ctx, &project, &program, code.as_deref()).await?;
    let answers = Answers {
        code: code.unwrap_or_default(),
        click_id: arrival.click_id.unwrap_or_default(),
        ..Answers::default()
    };
    Ok(form(&f, &found, None, answers))
}

/// `POST /{project}/{program}`.
pub(crate) async fn submit(
    State(state): State<WebState>,
    f: Frame,
    Path((project, program)): Path<(String, String)>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let clicks = [given(&answers.click_id), cookie(&headers, links::COOKIE)];
    let wish = Join {
        email: answers.email.trim().to_owned(),
        name: given(&answers.name),
        code: given(&answers.code),
        clicks: clicks.into_iter().flatten().collect(),
        locale: f.locale.as_str().to_owned(),
        address: Some(address.0.to_string()),
    };
    match join(&state.app, &ctx, &project, &program, wish).await {
        Ok(joined) => Ok(page(&Welcome {
            f: &f,
            joined: &joined,
            attributed: joined.outcome.referral.is_some(),
        })),
        Err(error) => {
            let problem = error.problem();
            let code = given(&answers.code);
            match landing(&state.app, &ctx, &project, &program, code.as_deref()).await {
                Ok(found) => Ok(form(&f, &found, Some(problem), answers)),
                Err(_) => Err(PageError(problem)),
            }
        }
    }
}

fn form(f: &Frame, landing: &Landing, problem: Option<Problem>, answers: Answers) -> Response {
    let t = &f.t.landing;
    let error = problem.map(|problem| match problem.fields.first() {
        Some(field) if field.field == "email" => t.email_invalid.to_owned(),
        Some(_) => t.form_invalid.to_owned(),
        None => refusal_sentence(problem.code, f.locale).to_owned(),
    });
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let link = landing.link.as_ref();
    let template = Page {
        f,
        landing,
        inviter: link.and_then(|link| link.inviter.as_deref()),
        invitee_gets: gets(&landing.program, Side::Invitee, f.locale),
        inviter_gets: gets(&landing.program, Side::Inviter, f.locale),
        sorry: landing.problem.map(|code| refusal_sentence(code, f.locale)),
        error,
        answers,
    };
    page_with(status, &template)
}

/// What the rules promise to one side, in words.
fn gets(program: &Program, side: Side, locale: Locale) -> Vec<String> {
    let mut words = Vec::new();
    for rule in &program.settings.rules {
        let reward: Option<&Reward> = match &rule.then {
            RuleKind::Fixed { to, reward } if *to == side => Some(reward),
            RuleKind::DoubleSided { inviter, .. } if side == Side::Inviter => Some(inviter),
            RuleKind::DoubleSided { invitee, .. } if side == Side::Invitee => Some(invitee),
            _ => None,
        };
        words.extend(reward.map(|reward| reward_words(reward, locale)));
    }
    words
}
