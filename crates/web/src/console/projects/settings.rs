//! The settings of a project.

use app::projects::{ProjectPatch, get_project, update_project};
use askama::Template;
use axum::{
    extract::{Form, State},
    response::Response,
};
use domain::{
    people::Permission,
    projects::{TokenAlgorithm, TokenKey},
};
use http::StatusCode;
use kernel::{FieldError, Problem, ProblemCode};
use serde::Deserialize;

use super::{samples::Samples, token_keys::NewKey};
use crate::{
    answer::{PageError, PageResult, done, page_with},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
    words,
};

#[derive(Template)]
#[template(path = "console/projects/settings.html")]
struct Settings<'a> {
    f: &'a Frame,
    c: &'a Console,
    called: &'a str,
    keys: Vec<TokenKey>,
    new: &'a NewKey,
    /// What is wrong with the key that was typed.
    key_fault: Option<&'static str>,
    faults: &'a [FieldError],
    refused: Option<&'static str>,
    samples: Samples,
}

impl Settings<'_> {
    fn may_change(&self) -> bool {
        self.c.may(Permission::ProjectsWrite)
    }

    fn algorithm(&self, key: &TokenKey) -> &'static str {
        let t = &self.f.t.projects;
        match key.algorithm {
            TokenAlgorithm::EdDSA => t.eddsa,
            TokenAlgorithm::ES256 => t.es256,
            TokenAlgorithm::HS256 => t.hs256,
        }
    }
}

/// What was typed, and why it was refused.
#[derive(Debug, Default)]
pub(super) struct Tried<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) key: Option<&'a NewKey>,
    pub(super) problem: Option<Problem>,
}

/// What the form with the name says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    name: String,
}

/// `GET …/settings`.
pub(super) async fn show(desk: Desk) -> PageResult {
    answer(&desk, Tried::default()).await
}

/// `POST …/settings`.
pub(super) async fn rename(
    State(state): State<WebState>,
    desk: Desk,
    Form(about): Form<About>,
) -> PageResult {
    let patch = ProjectPatch {
        name: Some(about.name.clone()),
        settings: None,
    };
    match update_project(&desk.app, &desk.ctx, desk.project.id, patch).await {
        Ok(_) => Ok(done(&state, &desk.at("settings"), "saved")),
        Err(error) => {
            let tried = Tried {
                name: Some(&about.name),
                problem: Some(error.problem()),
                ..Tried::default()
            };
            answer(&desk, tried).await
        }
    }
}

/// The page, with what was tried in vain.
pub(super) async fn answer(desk: &Desk, tried: Tried<'_>) -> Result<Response, PageError> {
    let project = get_project(&desk.app, &desk.ctx, desk.project.id).await?;
    let (status, problem) = match tried.problem {
        None => (StatusCode::OK, None),
        Some(problem) if problem.code == ProblemCode::Forbidden => return Err(PageError(problem)),
        Some(problem) => (StatusCode::UNPROCESSABLE_ENTITY, Some(problem)),
    };
    let refused = problem
        .as_ref()
        .filter(|problem| problem.fields.is_empty())
        .map(|problem| words::problem(&desk.f, problem).1);
    let faults = problem.map(|problem| problem.fields).unwrap_or_default();
    let empty = NewKey::default();
    let new = tried.key.unwrap_or(&empty);
    Ok(page_with(
        status,
        &Settings {
            f: &desk.f,
            c: desk,
            called: tried.name.unwrap_or(&project.name),
            samples: Samples::new(desk, project.settings.member_tokens.first()),
            keys: project.settings.member_tokens,
            key_fault: new.fault(&desk.f, &faults),
            new,
            faults: &faults,
            refused,
        },
    ))
}
