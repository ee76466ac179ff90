//! The endpoints and how they are.

use app::webhooks::{list_deliveries, list_endpoints};
use askama::Template;
use domain::{
    people::Permission,
    webhooks::{DeliveryState, Endpoint},
};
use kernel::PageRequest;

use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
};

/// Messages that are looked at to tell how an endpoint is.
const LOOKED_AT: u16 = 50;

/// How the last messages to an endpoint went.
#[derive(Debug)]
struct Health {
    settled: usize,
    failed: usize,
    waiting: usize,
    /// Whether more wait than were looked at.
    more_wait: bool,
}

#[derive(Template)]
#[template(path = "console/webhooks/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    endpoints: Vec<(Endpoint, Health)>,
}

/// `GET …/webhooks`.
pub(super) async fn show(desk: Desk) -> PageResult {
    let mut endpoints = Vec::new();
    for endpoint in list_endpoints(&desk.app, &desk.ctx, desk.project.id).await? {
        let health = health(&desk, &endpoint).await?;
        endpoints.push((endpoint, health));
    }
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        endpoints,
    }))
}

async fn health(desk: &Desk, endpoint: &Endpoint) -> Result<Health, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let newest = |state| {
        let page = PageRequest::new(None, Some(LOOKED_AT));
        list_deliveries(app, ctx, project, endpoint.id, state, page)
    };
    let last = newest(None).await?;
    // Those that wait may be older than the newest, and are few where all is well.
    let waiting = newest(Some(DeliveryState::Pending)).await?;
    let count = |wanted: &[DeliveryState]| {
        let found = last.items.iter().filter(|one| wanted.contains(&one.state));
        found.count()
    };
    Ok(Health {
        settled: count(&[DeliveryState::Delivered, DeliveryState::Failed]),
        failed: count(&[DeliveryState::Failed]),
        waiting: waiting.items.len(),
        more_wait: waiting.next.is_some(),
    })
}
