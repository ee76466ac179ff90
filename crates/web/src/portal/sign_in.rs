//! Asking for a link by e-mail, and leaving.

use app::{
    accounts::{self, request_member_link},
    projects::{find_project, list_projects},
};
use askama::Template;
use axum::{
    extract::{Form, Path, Query, State},
    response::Response,
};
use cache::LimitClass;
use domain::projects::{Mode, valid_slug};
use http::{HeaderMap, StatusCode};
use http_kit::ClientAddress;
use kernel::{Actor, FieldError, ProblemCode};
use serde::Deserialize;

use super::enter::mode_name;
use crate::{
    answer::{self, PageResult, admit, page, page_with},
    door::{forget_member, member_token},
    look::{Frame, cookie, filters},
    state::WebState,
};

/// The cookie that keeps where somebody came in last: `slug.mode`.
const PLACE: &str = "inviter_place";

/// What the address or the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    project: String,
    mode: String,
    email: String,
}

/// Where a link is asked for.
#[derive(Debug, Default)]
struct Place {
    /// Slug of the project; empty where the person has to name it.
    project: String,
    /// What it is called.
    name: String,
    mode: &'static str,
    program: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct SignIn<'a> {
    f: &'a Frame,
    place: &'a Place,
    asked: &'a Asked,
    faults: &'a [FieldError],
}

#[derive(Template)]
#[template(path = "portal/sent.html")]
struct Sent<'a> {
    f: &'a Frame,
    email: &'a str,
}

/// `GET /me/sign-in`.
pub(super) async fn show(
    State(state): State<WebState>,
    f: Frame,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> PageResult {
    let place = guess(&state, &asked, &headers).await?;
    Ok(form(&f, &place, &asked, &[]))
}

/// `GET /me/sign-in/{project}/{program}`.
pub(super) async fn show_of(
    State(state): State<WebState>,
    f: Frame,
    Path((project, program)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> PageResult {
    let place = known(&state, &project, mode(&asked.mode), Some(program)).await?;
    Ok(form(&f, &place, &asked, &[]))
}

/// `POST /me/sign-in`.
pub(super) async fn submit(
    State(state): State<WebState>,
    f: Frame,
    address: ClientAddress,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let place = guess(&state, &asked, &headers).await?;
    send(&state, &f, &place, &asked).await
}

/// `POST /me/sign-in/{project}/{program}`.
pub(super) async fn submit_of(
    State(state): State<WebState>,
    f: Frame,
    Path((project, program)): Path<(String, String)>,
    address: ClientAddress,
    Form(asked): Form<Asked>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let place = known(&state, &project, mode(&asked.mode), Some(program)).await?;
    send(&state, &f, &place, &asked).await
}

/// `POST /me/sign-out`.
pub(super) async fn sign_out(State(state): State<WebState>, headers: HeaderMap) -> PageResult {
    let ctx = state.app.ctx(Actor::Anonymous, "");
    if let Some(token) = member_token(&headers) {
        accounts::sign_out(&state.app, &ctx, &token).await?;
    }
    let mut response = answer::done(&state, "/me/sign-in", "signed_out");
    forget_member(&mut response, &state);
    Ok(response)
}

/// The same answer for everybody: whether an address is known here is told by e-mail only.
async fn send(state: &WebState, f: &Frame, place: &Place, asked: &Asked) -> PageResult {
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let project = if place.name.is_empty() {
        &asked.project
    } else {
        &place.project
    };
    let (program, email) = (place.program.as_deref(), asked.email.trim());
    let (mode, locale) = (mode(place.mode), f.locale.as_str());
    let sent = request_member_link(&state.app, &ctx, project, mode, program, email, locale).await;
    match sent.map_err(|error| (error.problem(), error)) {
        Ok(()) => Ok(page(&Sent { f, email })),
        Err((problem, _)) if problem.code == ProblemCode::NotFound => Ok(page(&Sent { f, email })),
        Err((problem, _)) if !problem.fields.is_empty() => {
            Ok(form(f, place, asked, &problem.fields))
        }
        Err((_, error)) => Err(error.into()),
    }
}

fn form(f: &Frame, place: &Place, asked: &Asked, faults: &[FieldError]) -> Response {
    let status = if faults.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = SignIn {
        f,
        place,
        asked,
        faults,
    };
    page_with(status, &template)
}

/// The project that the address names, the one where the person was last, or the only one there is.
async fn guess(
    state: &WebState,
    asked: &Asked,
    headers: &HeaderMap,
) -> Result<Place, answer::PageError> {
    let kept = cookie(headers, PLACE).unwrap_or_default();
    let (project, mode_kept) = kept.split_once('.').unwrap_or_default();
    let named = [
        (asked.project.as_str(), asked.mode.as_str()),
        (project, mode_kept),
    ];
    for (slug, name) in named.into_iter().filter(|(slug, _)| !slug.is_empty()) {
        if let Ok(place) = known(state, slug, mode(name), None).await {
            return Ok(place);
        }
    }
    let ctx = state.app.ctx(Actor::System("portal"), "");
    let projects = list_projects(&state.app, &ctx).await?;
    let mut live = projects
        .into_iter()
        .filter(|project| project.mode == Mode::Live);
    Ok(match (live.next(), live.next()) {
        (Some(only), None) => Place {
            project: only.slug,
            name: only.name,
            mode: "live",
            program: None,
        },
        _ => Place {
            mode: mode_name(mode(&asked.mode)),
            ..Place::default()
        },
    })
}

async fn known(
    state: &WebState,
    slug: &str,
    mode: Mode,
    program: Option<String>,
) -> Result<Place, answer::PageError> {
    let project = find_project(&state.app, slug, mode).await?;
    Ok(Place {
        project: project.slug.clone(),
        name: project.name.clone(),
        mode: mode_name(mode),
        program: program.filter(|slug| valid_slug(slug)),
    })
}

/// The mode of a name; any other is live.
pub(super) fn mode(name: &str) -> Mode {
    if name == "test" {
        Mode::Test
    } else {
        Mode::Live
    }
}

/// Where members of a project ask for a link.
pub(super) fn address(project: &str, mode: Mode) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("project", project)
        .append_pair("mode", mode_name(mode));
    format!("/me/sign-in?{}", query.finish())
}

/// Remembers where somebody came in.
pub(super) fn remember(response: &mut Response, state: &WebState, project: &str, mode: Mode) {
    let place = format!("{project}.{}", mode_name(mode));
    answer::set_cookie(response, state, PLACE, &place, answer::YEAR);
}
