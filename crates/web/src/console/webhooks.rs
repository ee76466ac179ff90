//! Webhook endpoints and deliveries.

mod delivery;
mod edit;
mod list;
mod moves;
mod show;
mod told;

use app::webhooks::{EndpointWithSecret, list_endpoints};
use askama::Template;
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use domain::webhooks::Endpoint;
use kernel::{EndpointId, ExposeSecret, ProblemCode};

use crate::{
    answer::{PageError, page},
    door::{Console, Desk},
    look::Frame,
    state::WebState,
};

/// The names in the address of an endpoint's page: project, mode, endpoint.
type Names = axum::extract::Path<(String, String, EndpointId)>;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/webhooks{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/new"), get(edit::blank).post(edit::create))
        .route(&at("/{endpoint}"), get(show::show))
        .route(&at("/{endpoint}/export.csv"), get(show::export))
        .route(&at("/{endpoint}/edit"), get(edit::show).post(edit::save))
        .route(&at("/{endpoint}/pause"), post(moves::pause))
        .route(&at("/{endpoint}/resume"), post(moves::resume))
        .route(&at("/{endpoint}/test"), post(moves::test))
        .route(&at("/{endpoint}/rotate"), post(moves::rotate))
        .route(&at("/{endpoint}/delete"), post(moves::delete))
        .route(&at("/messages/{message}"), get(delivery::show))
        .route(&at("/messages/{message}/retry"), post(delivery::retry))
}

/// The endpoint of a page.
async fn endpoint(desk: &Desk, id: EndpointId) -> Result<Endpoint, PageError> {
    let all = list_endpoints(&desk.app, &desk.ctx, desk.project.id).await?;
    let found = all.into_iter().find(|endpoint| endpoint.id == id);
    Ok(found.ok_or(ProblemCode::NotFound)?)
}

/// The address of an endpoint's page.
fn place(desk: &Desk, id: EndpointId) -> String {
    desk.at(&format!("webhooks/{id}"))
}

#[derive(Template)]
#[template(path = "console/webhooks/secret.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    secret: &'a str,
    endpoint: &'a Endpoint,
}

/// The page that shows a signing secret, this once.
fn show_secret(desk: &Desk, made: &EndpointWithSecret) -> Response {
    page(&Shown {
        f: &desk.f,
        c: desk,
        secret: made
            .secret
            .as_ref()
            .map_or("", |secret| secret.expose_secret()),
        endpoint: &made.endpoint,
    })
}
