//! Signing in and out.

use app::accounts::{self, setup_open};
use askama::Template;
use axum::{
    extract::{Form, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use cache::LimitClass;
use http::{HeaderMap, StatusCode};
use http_kit::ClientAddress;
use kernel::{Actor, ProblemCode};
use serde::Deserialize;

use crate::{
    answer::{self, PageResult, admit, page, page_with},
    door::{device, forget_operator, let_operator_in, operator_token},
    look::Frame,
    state::WebState,
};

/// What the form says, and where it leads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answers {
    email: String,
    password: String,
    next: String,
}

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignIn<'a> {
    f: &'a Frame,
    email: &'a str,
    next: &'a str,
    refused: Option<&'static str>,
    open: bool,
}

/// `GET /console/sign-in`.
pub(crate) async fn show(
    State(state): State<WebState>,
    f: Frame,
    Query(asked): Query<Answers>,
) -> PageResult {
    let open = setup_open(&state.app, &state.app.ctx(Actor::Anonymous, "")).await?;
    Ok(page(&SignIn {
        f: &f,
        email: "",
        next: &asked.next,
        refused: None,
        open,
    }))
}

/// `POST /console/sign-in`.
pub(crate) async fn submit(
    State(state): State<WebState>,
    f: Frame,
    address: ClientAddress,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let device = device(&headers, address);
    match accounts::sign_in(&state.app, &ctx, &answers.email, &answers.password, device).await {
        Ok(signed_in) => {
            let mut response = Redirect::to(answer::local(&answers.next)).into_response();
            let_operator_in(&mut response, &state, &signed_in);
            Ok(response)
        }
        Err(error) => match error.problem().code {
            ProblemCode::Unauthenticated => Ok(again(&f, &answers, f.t.account.wrong)),
            ProblemCode::RateLimited => Ok(again(&f, &answers, f.t.account.too_often)),
            _ => Err(error.into()),
        },
    }
}

fn again(f: &Frame, answers: &Answers, sentence: &'static str) -> Response {
    let template = SignIn {
        f,
        email: &answers.email,
        next: &answers.next,
        refused: Some(sentence),
        open: false,
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

/// `POST /console/sign-out`.
pub(crate) async fn sign_out(State(state): State<WebState>, headers: HeaderMap) -> PageResult {
    let ctx = state.app.ctx(Actor::Anonymous, "");
    if let Some(token) = operator_token(&headers) {
        accounts::sign_out(&state.app, &ctx, &token).await?;
    }
    let mut response = answer::done(&state, "/console/sign-in", "signed_out");
    forget_operator(&mut response, &state);
    Ok(response)
}
