//! Making one code.

use app::codes::{NewCode, create_code};
use askama::Template;
use axum::{
    extract::{Form, State},
    response::Response,
};
use domain::people::Permission;
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode, ProgramId};
use serde::Deserialize;

use super::super::{
    people::People,
    typed::{day_end, fault, member, number, placed, some},
};
use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
    words::refusals,
};

/// Where on the form a refusal belongs.
pub(super) const PLACES: [(ProblemCode, &str, &str); 5] = [
    (ProblemCode::CodeTaken, "text", "taken"),
    (ProblemCode::CodeUnsuitable, "text", "unsuitable"),
    (ProblemCode::QuotaExceeded, "owner", "quota"),
    (ProblemCode::ProgramNotActive, "program", "program_ended"),
    (ProblemCode::NotFound, "program", "unknown"),
];

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    program: String,
    text: String,
    owner: String,
    single_use: String,
    max_uses: String,
    expires_on: String,
}

#[derive(Template)]
#[template(path = "console/codes/one.html")]
struct One<'a> {
    f: &'a Frame,
    c: &'a Console,
    people: People,
    answers: &'a Answers,
    faults: &'a [FieldError],
    note: Option<&'static str>,
}

/// `GET …/codes/new`.
pub(super) async fn show(desk: Desk, listing: super::super::list::Listing) -> PageResult {
    allowed(&desk)?;
    let answers = Answers {
        program: listing.get("program").to_owned(),
        owner: listing.get("owner").to_owned(),
        ..Answers::default()
    };
    Ok(page(&One {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, Vec::new()).await?,
        answers: &answers,
        faults: &[],
        note: None,
    }))
}

/// `POST …/codes/new`.
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
    match create_code(&desk.app, &desk.ctx, desk.project.id, new).await {
        Ok(code) => {
            let page = desk.at(&format!("codes/{}", code.key));
            Ok(done(&state, &page, "code_made"))
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
) -> Result<Result<NewCode, Vec<FieldError>>, PageError> {
    let mut faults = Vec::new();
    let program = answers.program.parse::<ProgramId>().ok();
    if program.is_none() {
        faults.push(fault("program", "required"));
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
    Ok(match program {
        Some(program) if faults.is_empty() => Ok(NewCode {
            program,
            owner: owner.map(|owner| owner.id),
            text: some(&answers.text),
            single_use: !answers.single_use.is_empty(),
            max_uses,
            expires_at,
        }),
        _ => Err(faults),
    })
}

async fn again(desk: &Desk, answers: &Answers, problem: &Problem) -> Result<Response, PageError> {
    let template = One {
        f: &desk.f,
        c: desk,
        people: People::of(desk, Vec::new()).await?,
        answers,
        faults: &problem.fields,
        note: refusals::note(&desk.f, problem),
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

/// The form is for those who may send it.
pub(super) fn allowed(desk: &Desk) -> Result<(), PageError> {
    if desk.may(Permission::CodesWrite) {
        return Ok(());
    }
    Err(PageError(ProblemCode::Forbidden.into()))
}
