//! The first owner, by the link that the server printed.

use app::accounts::{NewOwner, check_link, set_up_owner};
use askama::Template;
use axum::{
    extract::{Form, Path, State},
    response::{IntoResponse, Redirect},
};
use cache::LimitClass;
use domain::people::LinkPurpose;
use http::{HeaderMap, StatusCode};
use http_kit::ClientAddress;
use kernel::{Actor, FieldError};
use serde::Deserialize;

use crate::{
    answer::{PageResult, admit, page, page_with},
    door::{device, let_operator_in},
    look::Frame,
    state::WebState,
};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answers {
    email: String,
    name: String,
    password: String,
}

#[derive(Template)]
#[template(path = "account/set_up.html")]
struct SetUp<'a> {
    f: &'a Frame,
    valid: bool,
    answers: &'a Answers,
    faults: &'a [FieldError],
}

/// `GET /console/set-up/{token}`.
pub(crate) async fn show(
    State(state): State<WebState>,
    f: Frame,
    Path(token): Path<String>,
) -> PageResult {
    let ctx = state.app.ctx(Actor::Anonymous, "");
    let valid = check_link(&state.app, &ctx, LinkPurpose::SetUp, &token).await?;
    Ok(page(&SetUp {
        f: &f,
        valid,
        answers: &Answers::default(),
        faults: &[],
    }))
}

/// `POST /console/set-up/{token}`.
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
    let owner = NewOwner {
        email: answers.email.clone(),
        name: answers.name.clone(),
        password: answers.password.clone().into(),
    };
    match set_up_owner(&state.app, &ctx, &token, owner, device(&headers, address)).await {
        Ok(signed_in) => {
            let mut response = Redirect::to("/console").into_response();
            let_operator_in(&mut response, &state, &signed_in);
            Ok(response)
        }
        Err(error) => {
            let problem = error.problem();
            let template = SetUp {
                f: &f,
                valid: !problem.fields.is_empty(),
                answers: &answers,
                faults: &problem.fields,
            };
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
        }
    }
}
