//! Rewards: what was granted, what waits for approval, and the coupons to give.

mod approvals;
mod list;
mod page;
mod pools;

use app::rewards::{GrantFilter, list_grants};
use axum::{
    Router,
    routing::{get, post},
};
use domain::rewards::GrantState;
use kernel::PageRequest;

use crate::{answer::PageError, door::Desk, look::filters::fill, state::WebState};

/// How far waiting grants are counted.
const COUNTED: u16 = 100;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    let at = |page: &str| format!("/console/{{project}}/{{mode}}/rewards{page}");
    Router::new()
        .route(&at(""), get(list::show))
        .route(&at("/export.csv"), get(list::export))
        .route(
            &at("/approvals"),
            get(approvals::show).post(approvals::decide),
        )
        .route(&at("/pools"), get(pools::list))
        .route(&at("/pools/new"), get(pools::ask).post(pools::make))
        .route(&at("/pool/{slug}"), get(pools::show).post(pools::fill_up))
        .route(&at("/{id}"), get(page::show))
        .route(&at("/{id}/{verb}"), post(page::decide))
}

/// How many grants wait for approval, as far as it is worth counting; empty for none.
async fn waiting(desk: &Desk) -> Result<String, PageError> {
    let filter = GrantFilter {
        state: Some(GrantState::PendingApproval),
        ..GrantFilter::default()
    };
    let page = PageRequest::new(None, Some(COUNTED));
    let found = list_grants(&desk.app, &desk.ctx, desk.project.id, filter, page).await?;
    Ok(match (found.items.len(), found.next) {
        (0, _) => String::new(),
        (n, None) => n.to_string(),
        (n, Some(_)) => fill(desk.f.t.rewards.many, "n", &n.to_string()),
    })
}
