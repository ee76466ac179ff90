//! Access tokens of one's own.

use app::operators::{create_token, revoke_token};
use askama::Template;
use axum::extract::{Form, Path, State};
use chrono::TimeDelta;
use kernel::{ExposeSecret, KeyId};
use serde::Deserialize;

use super::show::form;
use crate::{
    answer::{PageResult, done, page},
    door::Console,
    look::Frame,
    state::WebState,
};

/// Days that a token can be valid for.
pub(super) const TERMS: [i64; 3] = [30, 90, 365];

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) days: String,
}

#[derive(Template)]
#[template(path = "console/account/token.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    secret: &'a str,
    example: String,
}

/// `POST /console/account/tokens`.
pub(super) async fn create(console: Console, Form(answers): Form<Answers>) -> PageResult {
    let (app, ctx, me) = (&console.app, &console.ctx, console.operator.id);
    let days = answers
        .days
        .parse()
        .ok()
        .filter(|days| TERMS.contains(days));
    let end = days.map(|days| ctx.now() + TimeDelta::days(days));
    let made = match create_token(app, ctx, me, answers.name.as_str(), end).await {
        Ok(made) => made,
        Err(error) => {
            let faults = error.problem().fields;
            if faults.is_empty() {
                return Err(error.into());
            }
            return form(&console, &answers, &faults, None).await;
        }
    };
    let secret = made
        .secret
        .as_ref()
        .map_or("", |secret| secret.expose_secret());
    let project = console
        .projects
        .first()
        .map_or("demo", |project| project.slug.as_str());
    let url = app.settings().public_url.join("api/v1/programs");
    let url = url.map(String::from).unwrap_or_default();
    Ok(page(&Shown {
        f: &console.f,
        c: &console,
        secret,
        example: format!(
            "curl -H 'Authorization: Bearer {secret}' -H 'Inviter-Project: {project}' {url}"
        ),
    }))
}

/// `POST /console/account/tokens/{token}/revoke`.
pub(super) async fn revoke(
    State(state): State<WebState>,
    console: Console,
    Path(id): Path<KeyId>,
) -> PageResult {
    revoke_token(&console.app, &console.ctx, console.operator.id, id).await?;
    Ok(done(&state, "/console/account", "token_revoked"))
}
