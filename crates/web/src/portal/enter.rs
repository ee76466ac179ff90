//! Coming in: by a link from an e-mail, or with the host application's word.

use app::{
    accounts::{SignedIn, check_link, enter_with_link, enter_with_token},
    projects::get_project,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use cache::LimitClass;
use domain::{
    people::{LinkPurpose, SessionOwner},
    projects::Mode,
};
use http::{HeaderMap, StatusCode};
use http_kit::ClientAddress;
use kernel::{Actor, ProblemCode};
use serde::Deserialize;

use super::{room::place, sign_in};
use crate::{
    answer::{PageError, PageResult, admit, page, page_with},
    door::{device, let_member_in},
    look::Frame,
    state::WebState,
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    project: String,
    mode: String,
    token: String,
    program: String,
}

#[derive(Template)]
#[template(path = "portal/enter.html")]
struct Enter<'a> {
    f: &'a Frame,
}

#[derive(Template)]
#[template(path = "portal/stale.html")]
struct Stale<'a> {
    f: &'a Frame,
    sentence: &'static str,
    again: String,
}

/// `GET /me/enter/{token}`: a button, because programs that look through mail open links too.
pub(super) async fn show(
    State(state): State<WebState>,
    f: Frame,
    Path(token): Path<String>,
    address: ClientAddress,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    if check_link(&state.app, &ctx, LinkPurpose::Enter, &token).await? {
        return Ok(page(&Enter { f: &f }));
    }
    let again = "/me/sign-in".to_owned();
    Ok(stale(&f, f.t.portal.stale, again))
}

/// `POST /me/enter/{token}`.
pub(super) async fn with_link(
    State(state): State<WebState>,
    f: Frame,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
    address: ClientAddress,
    headers: HeaderMap,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    match enter_with_link(&state.app, &ctx, &token, device(&headers, address)).await {
        Ok(signed_in) => enter(&state, &signed_in, &asked.program).await,
        Err(error) if error.problem().code == ProblemCode::Unauthenticated => {
            Ok(stale(&f, f.t.portal.stale, "/me/sign-in".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /me/enter?project=…&mode=…&token=…`: the host application sends its member here.
pub(super) async fn with_token(
    State(state): State<WebState>,
    f: Frame,
    Query(asked): Query<Asked>,
    address: ClientAddress,
    headers: HeaderMap,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let mode = sign_in::mode(&asked.mode);
    let device = device(&headers, address);
    match enter_with_token(&state.app, &ctx, &asked.project, mode, &asked.token, device).await {
        Ok(signed_in) => enter(&state, &signed_in, &asked.program).await,
        Err(error) if error.problem().code == ProblemCode::Unauthenticated => {
            tracing::info!(%error, "a member's token was refused");
            let again = sign_in::address(&asked.project, mode);
            Ok(stale(&f, f.t.portal.token_stale, again))
        }
        Err(error) => Err(error.into()),
    }
}

/// Lets somebody in, and remembers where they come in when their session is over.
async fn enter(state: &WebState, signed_in: &SignedIn, program: &str) -> PageResult {
    let SessionOwner::Member { project, .. } = signed_in.session.who else {
        return Err(PageError(ProblemCode::Forbidden.into()));
    };
    let ctx = state.app.ctx(Actor::System("portal"), "");
    let project = get_project(&state.app, &ctx, project).await?;
    let program = Some(program).filter(|slug| !slug.is_empty());
    let mut response = Redirect::to(&place("", program)).into_response();
    let_member_in(&mut response, state, signed_in);
    sign_in::remember(&mut response, state, &project.slug, project.mode);
    Ok(response)
}

fn stale(f: &Frame, sentence: &'static str, again: String) -> Response {
    let template = Stale { f, sentence, again };
    page_with(StatusCode::UNAUTHORIZED, &template)
}

/// The mode in addresses.
pub(super) const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}
