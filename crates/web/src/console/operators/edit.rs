//! One operator: name, roles, access.

use app::operators::{OperatorPatch, update_operator};
use askama::Template;
use axum::{
    extract::{Path, RawForm, State},
    response::Response,
};
use domain::people::{Operator, Permission};
use http::StatusCode;
use kernel::{FieldError, OperatorId, ProblemCode};

use super::{
    expect_writer, operator, place,
    roles::{self, Answers},
};
use crate::{
    answer::{PageResult, done, page_with},
    door::Console,
    look::{Frame, filters},
    state::WebState,
};

#[derive(Template)]
#[template(path = "console/operators/edit.html")]
struct Edit<'a> {
    f: &'a Frame,
    c: &'a Console,
    operator: Operator,
    answers: &'a Answers,
    faults: &'a [FieldError],
    refused: Option<&'static str>,
}

impl Edit<'_> {
    /// Where something is done to the operator.
    fn to(&self, action: &str) -> String {
        format!("{}/{action}", place(self.operator.id))
    }

    fn is_me(&self) -> bool {
        self.operator.id == self.c.operator.id
    }
}

fn form(
    console: &Console,
    operator: Operator,
    answers: &Answers,
    faults: &[FieldError],
    refused: Option<&'static str>,
) -> Response {
    let status = if faults.is_empty() && refused.is_none() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let template = Edit {
        f: &console.f,
        c: console,
        operator,
        answers,
        faults,
        refused,
    };
    page_with(status, &template)
}

/// `GET /console/operators/{operator}`.
pub(super) async fn show(console: Console, id: Path<OperatorId>) -> PageResult {
    let operator = operator(&console, id).await?;
    let answers = Answers {
        email: operator.email.clone(),
        name: operator.name.clone(),
        rows: Answers::rows_of(&operator.roles),
        more: false,
    };
    Ok(form(&console, operator, &answers, &[], None))
}

/// `POST /console/operators/{operator}`.
pub(super) async fn submit(
    State(state): State<WebState>,
    console: Console,
    id: Path<OperatorId>,
    RawForm(body): RawForm,
) -> PageResult {
    expect_writer(&console)?;
    let operator = operator(&console, id).await?;
    let answers = Answers::read(&body);
    if answers.more {
        return Ok(form(&console, operator, &answers, &[], None));
    }
    let patch = OperatorPatch {
        name: Some(answers.name.clone()),
        roles: Some(answers.roles()),
        disabled: None,
    };
    match update_operator(&console.app, &console.ctx, operator.id, patch).await {
        Ok(operator) => Ok(done(&state, &place(operator.id), "operator_saved")),
        Err(error) => {
            let problem = error.problem();
            let last = problem.code == ProblemCode::Conflict;
            if problem.fields.is_empty() && !last {
                return Err(error.into());
            }
            let refused = last.then_some(console.f.t.operators.last_owner);
            Ok(form(&console, operator, &answers, &problem.fields, refused))
        }
    }
}
