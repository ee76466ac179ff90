//! What happens to a member, while it happens. The page shows it by reading its regions anew.

use app::live::subscribe_member;
use axum::extract::{Query, WebSocketUpgrade};
use http::HeaderMap;

use crate::{
    answer::PageResult,
    door::Portal,
    live::{Asked, feed},
};

/// `GET /me/live`.
pub(crate) async fn listen(
    portal: Portal,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> PageResult {
    let (app, ctx, member) = (&portal.app, &portal.ctx, &portal.member);
    let subscription = subscribe_member(app, ctx, member.project, member.id, asked.after).await?;
    Ok(feed(&headers, upgrade, subscription, |_| None))
}
