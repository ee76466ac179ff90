//! API keys.

mod create;
mod list;
mod moves;

use app::keys::KeyWithSecret;
use askama::Template;
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use domain::people::Permission;
use kernel::ExposeSecret;

use crate::{
    answer::page,
    door::{Console, Desk},
    look::Frame,
    state::WebState,
};

/// The names in the address of a key's page: project, mode, key.
type Names = axum::extract::Path<(String, String, kernel::KeyId)>;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/keys{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/new"), get(create::show).post(create::submit))
        .route(&at("/{key}/rotate"), post(moves::rotate))
        .route(&at("/{key}/revoke"), post(moves::revoke))
}

#[derive(Template)]
#[template(path = "console/keys/secret.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    secret: &'a str,
    example: Option<String>,
}

/// The page that shows the secret of a new key, this once.
fn show_secret(desk: &Desk, made: &KeyWithSecret) -> Response {
    let secret = made
        .secret
        .as_ref()
        .map_or("", |secret| secret.expose_secret());
    page(&Shown {
        f: &desk.f,
        c: desk,
        secret,
        example: example(desk, &made.key.scopes, secret),
    })
}

/// A command that works with the key, where there is one that changes nothing.
fn example(desk: &Desk, scopes: &[Permission], secret: &str) -> Option<String> {
    let lists = [
        (Permission::ProgramsRead, "programs"),
        (Permission::MembersRead, "members"),
        (Permission::CodesRead, "codes"),
        (Permission::ReferralsRead, "referrals"),
    ];
    let (_, list) = lists.iter().find(|(needed, _)| scopes.contains(needed))?;
    let url = desk.app.settings().public_url.join("api/v1/").ok()?;
    Some(format!(
        "curl -H 'Authorization: Bearer {secret}' {url}{list}"
    ))
}
