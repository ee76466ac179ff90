//! One endpoint and the messages to it.

use app::{exports::Export, webhooks::list_deliveries};
use askama::Template;
use axum::extract::Path;
use domain::{
    people::Permission,
    webhooks::{Delivery, DeliveryState, Endpoint},
};
use kernel::Page;

use super::{
    super::{export::download, list::Listing},
    Names, endpoint, told,
};
use crate::{
    answer::{PageResult, page},
    door::{Console, Desk},
    look::Frame,
    words::refusals,
};

#[derive(Template)]
#[template(path = "console/webhooks/show.html")]
struct Show<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    endpoint: Endpoint,
    messages: Page<Delivery>,
}

impl Show<'_> {
    fn states(&self) -> [(&'static str, &'static str); 4] {
        let word = |wanted| told::state(self.f.t, wanted).0;
        [
            ("", self.f.t.webhooks.any_state),
            ("pending", word(DeliveryState::Pending)),
            ("delivered", word(DeliveryState::Delivered)),
            ("failed", word(DeliveryState::Failed)),
        ]
    }

    /// Whether it is paused and one of these messages was answered with 410, after which it is.
    fn is_gone(&self) -> bool {
        let gone = |message: &Delivery| message.last_status == Some(410);
        !self.endpoint.enabled && self.messages.items.iter().any(gone)
    }

    /// Where something is done to the endpoint.
    fn to(&self, action: &str) -> String {
        format!("{}/{}/{action}", self.c.at("webhooks"), self.endpoint.id)
    }
}

/// `GET …/webhooks/{endpoint}`.
pub(super) async fn show(desk: Desk, Path((_, _, id)): Names, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let wanted = listing.choose("state");
    Ok(page(&Show {
        f: &desk.f,
        c: &desk,
        endpoint: endpoint(&desk, id).await?,
        messages: list_deliveries(app, ctx, project, id, wanted, listing.page()).await?,
        listing: &listing,
    }))
}

/// `GET …/webhooks/{endpoint}/export.csv`.
pub(super) async fn export(desk: Desk, Path((_, _, id)): Names, listing: Listing) -> PageResult {
    let what = Export::Deliveries(id, listing.choose("state"));
    download(&desk, what, "messages").await
}
