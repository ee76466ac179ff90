//! A program's public page.

mod card;
mod closed;
mod doors;
mod page;
pub(crate) mod promise;
mod welcome;

use app::landing::{Join, join, landing};
use axum::{
    Router,
    extract::{Form, Path, Query, State},
    routing::get,
};
use cache::LimitClass;
use domain::projects::{Mode, Project};
use http::HeaderMap;
use http_kit::ClientAddress;
use kernel::Actor;
use serde::Deserialize;

use crate::{
    answer::{PageError, PageResult, admit},
    links,
    look::{Frame, cookie},
    state::WebState,
};

pub(crate) use closed::closed;

/// The public pages of programs.
pub(crate) fn routes() -> Router<WebState> {
    Router::new()
        .route("/{project}/{program}", get(show).post(submit))
        .merge(card::routes())
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Arrival {
    code: String,
    click_id: String,
}

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answers {
    email: String,
    name: String,
    code: String,
    click_id: String,
}

/// `GET /{project}/{program}`.
async fn show(
    State(state): State<WebState>,
    f: Frame,
    Path((project, program)): Path<(String, String)>,
    address: ClientAddress,
    Query(arrival): Query<Arrival>,
) -> PageResult {
    admit(&state, LimitClass::Visit, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    let code = given(&arrival.code);
    let found = landing(&state.app, &ctx, &project, &program, code.as_deref()).await?;
    let answers = Answers {
        code: code.unwrap_or_default(),
        click_id: arrival.click_id,
        ..Answers::default()
    };
    Ok(page::show(&f, &state.app, &found, None, &answers))
}

/// `POST /{project}/{program}`.
async fn submit(
    State(state): State<WebState>,
    f: Frame,
    Path((project, program)): Path<(String, String)>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> PageResult {
    admit(&state, LimitClass::SignIn, address).await?;
    let ctx = state.app.ctx(Actor::Anonymous, String::new());
    let clicks = [given(&answers.click_id), cookie(&headers, links::COOKIE)];
    let wish = Join {
        email: answers.email.trim().to_owned(),
        name: given(&answers.name),
        code: given(&answers.code),
        clicks: clicks.into_iter().flatten().collect(),
        locale: f.locale.as_str().to_owned(),
        address: Some(address.0.to_string()),
    };
    let problem = match join(&state.app, &ctx, &project, &program, wish).await {
        Ok(joined) => return Ok(welcome::show(&f, &joined, &answers)),
        Err(error) => PageError::from(error).0,
    };
    let code = given(&answers.code);
    match landing(&state.app, &ctx, &project, &program, code.as_deref()).await {
        Ok(found) => Ok(page::show(&f, &state.app, &found, Some(&problem), &answers)),
        Err(_) => Err(PageError(problem)),
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Where members of a program come in.
fn own_page(project: &Project, program: &str) -> String {
    let mode = match project.mode {
        Mode::Live => "",
        Mode::Test => "?mode=test",
    };
    format!("/me/sign-in/{}/{program}{mode}", project.slug)
}
