//! The start page of the installation.

use app::accounts::session_operator;
use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::get,
};
use http::HeaderMap;
use kernel::Actor;

use crate::{
    answer::{PageResult, page},
    door::{member_token, operator_token},
    look::Frame,
    state::WebState,
};

/// The page.
pub(crate) fn routes() -> Router<WebState> {
    Router::new().route("/", get(show))
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start<'a> {
    f: &'a Frame,
    member: bool,
}

/// `GET /`: operators are led on to the console.
async fn show(State(state): State<WebState>, f: Frame, headers: HeaderMap) -> PageResult {
    if let Some(token) = operator_token(&headers) {
        let ctx = state.app.ctx(Actor::Anonymous, "");
        if session_operator(&state.app, &ctx, &token).await?.is_some() {
            return Ok(Redirect::to("/console").into_response());
        }
    }
    Ok(page(&Start {
        f: &f,
        member: member_token(&headers).is_some(),
    }))
}
