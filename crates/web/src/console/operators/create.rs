//! A new operator, invited by e-mail.

use app::{
    accounts::invite_operator,
    operators::{NewOperator, create_operator},
};
use askama::Template;
use axum::{
    extract::{RawForm, State},
    response::Response,
};
use http::StatusCode;
use kernel::{FieldError, ProblemCode};

use super::{
    expect_writer, place,
    roles::{self, Answers},
};
use crate::{
    answer::{PageResult, done, page_with},
    door::Console,
    look::Frame,
    state::WebState,
};

#[derive(Template)]
#[template(path = "console/operators/new.html")]
struct New<'a> {
    f: &'a Frame,
    c: &'a Console,
    answers: &'a Answers,
    faults: &'a [FieldError],
    refused: Option<&'static str>,
}

fn form(
    console: &Console,
    answers: &Answers,
    faults: &[FieldError],
    refused: Option<&'static str>,
) -> Response {
    let status = if faults.is_empty() && refused.is_none() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = New {
        f: &console.f,
        c: console,
        answers,
        faults,
        refused,
    };
    page_with(status, &template)
}

/// `GET /console/operators/new`.
pub(super) async fn show(console: Console) -> PageResult {
    expect_writer(&console)?;
    Ok(form(&console, &Answers::default(), &[], None))
}

/// `POST /console/operators/new`.
pub(super) async fn submit(
    State(state): State<WebState>,
    console: Console,
    RawForm(body): RawForm,
) -> PageResult {
    expect_writer(&console)?;
    let answers = Answers::read(&body);
    if answers.more {
        return Ok(form(&console, &answers, &[], None));
    }
    let new = NewOperator {
        email: answers.email.clone(),
        name: answers.name.clone(),
        roles: answers.roles(),
    };
    match create_operator(&console.app, &console.ctx, new).await {
        Ok(operator) => {
            let locale = console.f.locale.as_str();
            invite_operator(&console.app, &console.ctx, operator.id, locale).await?;
            Ok(done(&state, &place(operator.id), "operator_invited"))
        }
        Err(error) => {
            let problem = error.problem();
            let taken = problem.code == ProblemCode::Conflict;
            if problem.fields.is_empty() && !taken {
                return Err(error.into());
            }
            let refused = taken.then_some(console.f.t.operators.taken);
            Ok(form(&console, &answers, &problem.fields, refused))
        }
    }
}
