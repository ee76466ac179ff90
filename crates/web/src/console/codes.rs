//! Invite codes and addressed invitations.

mod import;
mod invitations;
mod list;
mod many;
mod one;
mod page;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::WebState;

/// The pages of this area. A code stands in addresses as it is compared, in capitals: no code is `new`.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/codes{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/export.csv"), get(list::export))
        .route(&at("/new"), get(one::show).post(one::submit))
        .route(&at("/many"), get(many::show).post(many::submit))
        .route(&at("/import"), get(import::show).post(import::submit))
        .route(&at("/{code}"), get(page::show).post(page::submit))
        .route(&at("/{code}/qr.png"), get(page::qr))
        .route(&at("/{code}/revoke"), post(page::revoke))
        .route(&at("/invitations"), get(invitations::show))
        .route(&at("/invitations/export.csv"), get(invitations::export))
        .route(
            &at("/invitations/new"),
            get(invitations::ask).post(invitations::send),
        )
        .route(
            &at("/invitations/{id}/resend"),
            post(invitations::send_again),
        )
        .route(
            &at("/invitations/{id}/revoke"),
            post(invitations::take_back),
        )
}
