//! A new project.

use app::projects::{NewProject, create_project};
use askama::Template;
use axum::extract::{Form, State};
use domain::{people::Permission, projects::Mode};
use http::StatusCode;
use kernel::{FieldError, ProblemCode};
use serde::Deserialize;

use crate::{
    answer::{PageError, PageResult, done, page, page_with},
    door::{Console, place},
    look::Frame,
    state::WebState,
    words,
};

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    name: String,
    slug: String,
}

#[derive(Template)]
#[template(path = "console/projects/new.html")]
struct New<'a> {
    f: &'a Frame,
    c: &'a Console,
    answers: &'a Answers,
    faults: &'a [FieldError],
    refused: Option<&'static str>,
}

/// `GET /console/new`.
pub(super) async fn show(console: Console) -> PageResult {
    if !console.may(Permission::ProjectsWrite) {
        return Err(PageError(ProblemCode::Forbidden.into()));
    }
    Ok(page(&New {
        f: &console.f,
        c: &console,
        answers: &Answers::default(),
        faults: &[],
        refused: None,
    }))
}

/// `POST /console/new`.
pub(super) async fn submit(
    State(state): State<WebState>,
    console: Console,
    Form(answers): Form<Answers>,
) -> PageResult {
    let new = NewProject {
        slug: answers.slug.trim().to_owned(),
        name: answers.name.clone(),
    };
    let problem = match create_project(&console.app, &console.ctx, new).await {
        Ok(project) => {
            let programs = place(&project.slug, Mode::Live, "programs");
            return Ok(done(&state, &programs, "project_created"));
        }
        Err(error) => error.problem(),
    };
    let refused = match problem.code {
        ProblemCode::Forbidden => return Err(PageError(problem)),
        ProblemCode::ValidationFailed => None,
        ProblemCode::Conflict => Some(console.f.t.projects.taken),
        _ => Some(words::problem(&console.f, &problem).1),
    };
    let again = New {
        f: &console.f,
        c: &console,
        answers: &answers,
        faults: &problem.fields,
        refused,
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &again))
}
