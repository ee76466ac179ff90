//! Keys that verify member tokens are added and removed.

use app::projects::{ProjectPatch, get_project, update_project};
use axum::extract::{Form, State};
use domain::projects::{ProjectSettings, TokenAlgorithm, TokenKey};
use kernel::{FieldError, Problem, ProblemCode};
use serde::Deserialize;

use super::settings::{Tried, answer};
use crate::{
    answer::{PageError, PageResult, done},
    door::Desk,
    look::Frame,
    state::WebState,
};

/// What the form for a new key says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewKey {
    pub(super) kid: String,
    pub(super) algorithm: String,
    pub(super) key: String,
}

impl NewKey {
    /// What is wrong with the key itself: what its algorithm needs.
    pub(super) fn fault(&self, f: &Frame, faults: &[FieldError]) -> Option<&'static str> {
        let t = &f.t.projects;
        faults.iter().find(|fault| fault.field == "key")?;
        Some(match self.algorithm.as_str() {
            "HS256" => t.fault_secret,
            "ES256" => t.fault_ec,
            _ => t.fault_ed,
        })
    }

    fn key(&self) -> Result<TokenKey, Problem> {
        let algorithm: TokenAlgorithm = serde_json::from_value(self.algorithm.as_str().into())
            .map_err(|_| Problem::field("algorithm", "required", "Choose an algorithm."))?;
        let kid = self.kid.trim();
        let key = match algorithm {
            TokenAlgorithm::HS256 => self.key.trim().to_owned(),
            _ => self.key.trim().replace("\r\n", "\n"),
        };
        if key.is_empty() {
            return Err(Problem::field("key", "required", "Paste the key."));
        }
        Ok(TokenKey {
            kid: (!kid.is_empty()).then(|| kid.to_owned()),
            algorithm,
            key,
        })
    }
}

/// Which key is to go.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    index: usize,
    #[serde(default)]
    kid: String,
}

/// `POST …/settings/keys`.
pub(super) async fn add(
    State(state): State<WebState>,
    desk: Desk,
    Form(new): Form<NewKey>,
) -> PageResult {
    let added = match new.key() {
        Ok(key) => add_key(&desk, key).await?,
        Err(problem) => Err(problem),
    };
    match added {
        Ok(()) => Ok(done(&state, &desk.at("settings"), "token_key_added")),
        Err(problem) => {
            let tried = Tried {
                key: Some(&new),
                problem: Some(problem),
                ..Tried::default()
            };
            answer(&desk, tried).await
        }
    }
}

/// Adds a key behind the others. What is wrong with it is told under the names of its form's fields.
async fn add_key(desk: &Desk, key: TokenKey) -> Result<Result<(), Problem>, PageError> {
    let mut settings = settings(desk).await?;
    let own = format!("settings.member_tokens[{}].", settings.member_tokens.len());
    settings.member_tokens.push(key);
    let refused = write(desk, settings).await.map_err(|mut problem| {
        for fault in &mut problem.fields {
            if let Some(field) = fault.field.strip_prefix(&own) {
                fault.field = field.to_owned();
            }
        }
        problem
    });
    Ok(refused)
}

/// `POST …/settings/keys/remove`.
pub(super) async fn remove(
    State(state): State<WebState>,
    desk: Desk,
    Form(which): Form<Which>,
) -> PageResult {
    let mut settings = settings(&desk).await?;
    // Another one may stand there by now: somebody else removes keys too.
    let found = settings.member_tokens.get(which.index);
    if found.is_none_or(|key| key.kid.as_deref().unwrap_or_default() != which.kid) {
        return Err(PageError(ProblemCode::NotFound.into()));
    }
    settings.member_tokens.remove(which.index);
    write(&desk, settings).await.map_err(PageError)?;
    Ok(done(&state, &desk.at("settings"), "token_key_removed"))
}

async fn settings(desk: &Desk) -> Result<ProjectSettings, PageError> {
    let project = get_project(&desk.app, &desk.ctx, desk.project.id).await?;
    Ok(project.settings)
}

async fn write(desk: &Desk, settings: ProjectSettings) -> Result<(), Problem> {
    let patch = ProjectPatch {
        name: None,
        settings: Some(settings),
    };
    let written = update_project(&desk.app, &desk.ctx, desk.project.id, patch).await;
    written.map(drop).map_err(|error| error.problem())
}
