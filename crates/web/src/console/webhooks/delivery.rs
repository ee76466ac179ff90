//! One message and the tries to deliver it.

use app::webhooks::{get_delivery, retry_delivery};
use askama::Template;
use axum::extract::{Path, State};
use domain::{
    people::Permission,
    webhooks::{Delivery, DeliveryState},
};
use kernel::DeliveryId;

use super::told;
use crate::{
    answer::{PageResult, done, page},
    door::{Console, Desk},
    look::{Frame, filters},
    state::WebState,
    words::refusals,
};

/// The names in the address of a message's page: project, mode, message.
type Names = Path<(String, String, DeliveryId)>;

/// One try.
struct Attempt {
    at: kernel::Timestamp,
    status: Option<u16>,
    error: Option<String>,
    millis: u32,
}

impl Attempt {
    fn arrived(&self) -> bool {
        self.error.is_none()
            && self
                .status
                .is_some_and(|status| (200..300).contains(&status))
    }
}

#[derive(Template)]
#[template(path = "console/webhooks/delivery.html")]
struct Message<'a> {
    f: &'a Frame,
    c: &'a Console,
    message: Delivery,
    attempts: Vec<Attempt>,
}

impl Message<'_> {
    /// The body as people read it.
    fn body(&self) -> String {
        let parsed = serde_json::from_str::<serde_json::Value>(&self.message.body);
        let pretty = parsed.and_then(|body| serde_json::to_string_pretty(&body));
        pretty.unwrap_or_else(|_| self.message.body.clone())
    }
}

/// `GET …/webhooks/messages/{message}`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): Names) -> PageResult {
    let (message, tries) = get_delivery(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let attempts = tries.into_iter().map(|one| Attempt {
        at: one.at,
        status: one.status,
        error: one.error,
        millis: one.millis,
    });
    Ok(page(&Message {
        f: &desk.f,
        c: &desk,
        message,
        attempts: attempts.collect(),
    }))
}

/// `POST …/webhooks/messages/{message}/retry`.
pub(super) async fn retry(
    State(state): State<WebState>,
    desk: Desk,
    Path((_, _, id)): Names,
) -> PageResult {
    retry_delivery(&desk.app, &desk.ctx, desk.project.id, id).await?;
    let to = desk.at(&format!("webhooks/messages/{id}"));
    Ok(done(&state, &to, "message_retried"))
}
