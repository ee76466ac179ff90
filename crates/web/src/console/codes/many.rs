//! Making many codes.

use app::codes::{NewCodes, create_codes};
use askama::Template;
use axum::{
    extract::{Form, State},
    response::Response,
};
use http::StatusCode;
use kernel::{FieldError, Problem, ProgramId};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::{
    super::{
        people::People,
        typed::{day_end, fault, member, number, placed, some},
    },
    one::{PLACES, allowed},
};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
    words::refusals,
};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    program: String,
    count: String,
    owner: String,
    max_uses: String,
    expires_on: String,
    batch: String,
}

#[derive(Template)]
#[template(path = "console/codes/many.html")]
struct Many<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    answers: &'a Answers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

/// `GET …/codes/many`.
pub(super) async fn show(desk: Desk) -> PageResult {
    allowed(&desk)?;
    Ok(page(&Many {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, Vec::new()).await?,
        answers: &Answers {
            count: "100".to_owned(),
            max_uses: "1".to_owned(),
            ..Answers::default()
        },
        faults: &[],
        note: None,
    }))
}

/// `POST …/codes/many`.
pub(super) async fn submit(
    State(state): State<WebState>,
    desk: Desk,
    Form(answers): Form<Answers>,
) -> PageResult {
    allowed(&desk)?;
    let new = match wanted(&desk, &answers).await? {
        Ok(new) => new,
        Err(faults) => return again(&desk, &answers, &Problem::fields(faults)).await,
    };
    match create_codes(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(made) => {
            let batch: String = byte_serialize(made.batch.as_bytes()).collect();
            let page = desk.at(&format!("codes?batch={batch}"));
            Ok(done(&state, &page, "codes_made"))
        }
        Err(error) => {
            let problem = placed(error.problem(), &PLACES);
            if problem.code.status() >= 500 {
                return Err(PageError(problem));
            }
            again(&desk, &answers, &problem).await
        }
    }
}

async fn wanted(
    desk: &Desk,
    answers: &Answers,
) -> Result<Result<NewCodes, Vec<FieldError>>, PageError> {
    let mut faults = Vec::new();
    let program = answers.program.parse::<ProgramId>().ok();
    if program.is_none() {
        faults.push(fault("program", "required"));
    }
    let count = number(&answers.count, "count", &mut faults);
    if count.is_none() && faults.iter().all(|fault| fault.field != "count") {
        faults.push(fault("count", "required"));
    }
    let owner = match some(&answers.owner) {
        Some(owner) => member(desk, &owner, "owner")
            .await?
            .map_err(|error| faults.push(error))
            .ok(),
        None => None,
    };
    let max_uses = number(&answers.max_uses, "max_uses", &mut faults);
    let expires_at = day_end(&answers.expires_on, "expires_at", &mut faults);
    Ok(match (program, count) {
        (Some(program), Some(count)) if faults.is_empty() => Ok(NewCodes {
            program,
            count,
            owner: owner.map(|owner| owner.id),
            max_uses,
            expires_at,
            batch: some(&answers.batch),
        }),
        _ => Err(faults),
    })
}

async fn again(desk: &Desk, answers: &Answers, problem: &Problem) -> Result<Response, PageError> {
    let template = Many {
        f: &desk.f,
        c: desk,
        people: People::of(desk, Vec::new()).await?,
        answers,
        faults: &problem.fields,
        note: refusals::note(&desk.f, problem),
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}
