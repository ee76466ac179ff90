//! A program's public page.

use std::net::IpAddr;

use app::landing::{Join, Joined, Landing, join, landing};
use askama::Template;
use axum::{
    extract::{Form, Path, Query, State},
    response::{Html, IntoResponse, Response},
};
use cache::LimitClass;
use domain::{
    programs::Program,
    rewards::{Reward, RuleKind, Side},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_kit::ClientAddress;
use kernel::{Actor, Problem, ProblemCode};
use notify::{Locale, refusal_sentence, reward_words};
use serde::Deserialize;

use crate::{
    links, locale,
    state::WebState,
    texts::{Texts, texts},
};

/// Nothing runs, nothing is framed, forms go home.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Arrival {
    code: Option<String>,
    click_id: Option<String>,
    lang: Option<String>,
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
    #[serde(default)]
    lang: String,
}

#[derive(Template)]
#[template(path = "landing/page.html")]
struct Page<'a> {
    t: &'static Texts,
    locale: Locale,
    other: Locale,
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
    t: &'static Texts,
    locale: Locale,
    joined: &'a Joined,
    attributed: bool,
}

#[derive(Template)]
#[template(path = "landing/sorry.html")]
struct Sorry {
    t: &'static Texts,
    locale: Locale,
    sentence: &'static str,
}

/// `GET /{project}/{program}`.
pub(crate) async fn show(
    State(state): State<WebState>,
    Path((project, program)): Path<(String, String)>,
    ClientAddress(address): ClientAddress,
    Query(arrival): Query<Arrival>,
    headers: HeaderMap,
) -> Response {
    let locale = locale::locale(arrival.lang.as_deref(), &headers);
    if !admitted(&state, LimitClass::Visit, address).await {
        return sorry(locale, &ProblemCode::RateLimited.into());
    }
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    let code = arrival.code.clone().filter(|code| !code.is_empty());
    match landing(&state.app, &ctx, &project, &program, code.as_deref()).await {
        Ok(found) => {
            let answers = Answers {
                code: code.unwrap_or_default(),
                click_id: arrival.click_id.unwrap_or_default(),
                ..Answers::default()
            };
            page(locale, arrival.lang.is_some(), &found, None, answers)
        }
        Err(error) => sorry(locale, &error.problem()),
    }
}

/// `POST /{project}/{program}`.
pub(crate) async fn submit(
    State(state): State<WebState>,
    Path((project, program)): Path<(String, String)>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> Response {
    let locale = locale::locale(
        Some(answers.lang.as_str()).filter(|lang| !lang.is_empty()),
        &headers,
    );
    if !admitted(&state, LimitClass::SignIn, address).await {
        return sorry(locale, &ProblemCode::RateLimited.into());
    }
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let clicks = [
        given(&answers.click_id),
        locale::cookie(&headers, links::COOKIE),
    ];
    let wish = Join {
        email: answers.email.trim().to_owned(),
        name: given(&answers.name),
        code: given(&answers.code),
        clicks: clicks.into_iter().flatten().collect(),
        locale: locale.as_str().to_owned(),
        address: Some(address.to_string()),
    };
    match join(&state.app, &ctx, &project, &program, wish).await {
        Ok(joined) => {
            let attributed = joined.outcome.referral.is_some();
            html(
                StatusCode::OK,
                &Welcome {
                    t: texts(locale),
                    locale,
                    joined: &joined,
                    attributed,
                },
            )
        }
        Err(error) => {
            let problem = error.problem();
            let code = given(&answers.code);
            match landing(&state.app, &ctx, &project, &program, code.as_deref()).await {
                Ok(found) => page(locale, false, &found, Some(problem), answers),
                Err(_) => sorry(locale, &problem),
            }
        }
    }
}

fn page(
    locale: Locale,
    keep: bool,
    landing: &Landing,
    problem: Option<Problem>,
    answers: Answers,
) -> Response {
    let t = texts(locale);
    let error = problem.map(|problem| match problem.fields.first() {
        Some(field) if field.field == "email" => t.email_invalid.to_owned(),
        Some(_) => t.form_invalid.to_owned(),
        None => refusal_sentence(problem.code, locale).to_owned(),
    });
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let inviter = landing
        .link
        .as_ref()
        .and_then(|link| link.inviter.as_deref());
    let page = Page {
        t,
        locale,
        other: if locale == Locale::En {
            Locale::Zh
        } else {
            Locale::En
        },
        landing,
        inviter,
        invitee_gets: gets(&landing.program, Side::Invitee, locale),
        inviter_gets: gets(&landing.program, Side::Inviter, locale),
        sorry: landing.problem.map(|code| refusal_sentence(code, locale)),
        error,
        answers,
    };
    let mut response = html(status, &page);
    if keep {
        let cookie = format!(
            "{}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            locale::COOKIE,
            locale.as_str()
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Whether an address may ask once more.
pub(crate) async fn admitted(state: &WebState, class: LimitClass, address: IpAddr) -> bool {
    state
        .limits
        .check(class, address.to_string().as_bytes())
        .await
        .allowed
}

/// A page that says kindly why there is nothing here.
pub(crate) fn sorry(locale: Locale, problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::NOT_FOUND);
    html(
        status,
        &Sorry {
            t: texts(locale),
            locale,
            sentence: refusal_sentence(problem.code, locale),
        },
    )
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

fn html(status: StatusCode, page: &impl Template) -> Response {
    let Ok(body) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::VARY, "accept-language, cookie"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ];
    (status, headers, Html(body)).into_response()
}
