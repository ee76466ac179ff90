//! What happens to a member, told to their browser: the page then asks for its regions anew.

use app::live::subscribe_member;
use axum::extract::{Query, WebSocketUpgrade};
use http::HeaderMap;

use crate::{
    answer::PageResult,
    door::Portal,
    live::{Asked, feed},
};

/// `GET /me/live`.
pub(super) async fn listen(
    portal: Portal,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> PageResult {
    let (project, member) = (portal.project.id, portal.member.id);
    let subscription =
        subscribe_member(&portal.app, &portal.ctx, project, member, asked.after).await?;
    Ok(feed(&headers, upgrade, subscription, |_| None))
}
