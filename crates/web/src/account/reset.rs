//! A password by a link: forgotten, or the first one of somebody who was invited.

use app::accounts::{check_link, request_password_reset, reset_password};
use askama::Template;
use axum::{
    extract::{Form, Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use cache::LimitClass;
use domain::people::LinkPurpose;
use http::{HeaderMap, StatusCode};
use http_kit::ClientAddress;
use kernel::{Actor, FieldError, ProblemCode};
use serde::Deserialize;

use crate::{
    answer::{PageResult, admit, page, page_with},
    door::{device, let_operator_in},
    look::Frame,
    state::WebState,
};

/// What the address of the first page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    sent: String,
}

/// What the forms say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answers {
    email: String,
    password: String,
}

#[derive(Template)]
#[template(path = "account/reset.html")]
struct Ask<'a> {
    f: &'a Frame,
    sent: bool,
}

#[derive(Template)]
#[template(path = "account/choose.html")]
struct Choose<'a> {
    f: &'a Frame,
    valid: bool,
    faults: &'a [FieldError],
}

/// `GET /console/reset`.
pub(crate) async fn ask(f: Frame, Query(asked): Query<Asked>) -> Response {
    page(&Ask {
        f: &f,
        sent: !asked.sent.is_empty(),
    })
}

/// `POST /console/reset`: the same answer for everybody.
pub(crate) async fn send(
    State(state): State<WebState>,
    f: Frame,
    address: ClientAddress,
    Form(answers): Form<Answers>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    request_password_reset(&state.app, &ctx, &answers.email, f.locale.as_str()).await?;
    Ok(Redirect::to("/console/reset?sent=yes").into_response())
}

/// `GET /console/reset/{token}`.
pub(crate) async fn show(
    State(state): State<WebState>,
    f: Frame,
    Path(token): Path<String>,
) -> PageResult {
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let valid = check_link(&state.app, &ctx, LinkPurpose::Password, &token).await?;
    Ok(choose(&f, valid, &[]))
}

/// `POST /console/reset/{token}`.
pub(crate) async fn submit(
    State(state): State<WebState>,
    f: Frame,
    Path(token): Path<String>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let device = device(&headers, address);
    match reset_password(&state.app, &ctx, &token, &answers.password, device).await {
        Ok(signed_in) => {
            let mut response = Redirect::to("/console").into_response();
            let_operator_in(&mut response, &state, &signed_in);
            Ok(response)
        }
        Err(error) => {
            let problem = error.problem();
            match problem.code {
                ProblemCode::Unauthenticated => Ok(choose(&f, false, &[])),
                ProblemCode::ValidationFailed => Ok(choose(&f, true, &problem.fields)),
                _ => Err(error.into()),
            }
        }
    }
}

fn choose(f: &Frame, valid: bool, faults: &[FieldError]) -> Response {
    let status = match (valid, faults) {
        (false, _) => StatusCode::GONE,
        (true, []) => StatusCode::OK,
        (true, _) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page_with(status, &Choose { f, valid, faults })
}
