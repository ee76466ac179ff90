<<<<<<< HEAD
//! What happens to a member, while it happens. The page shows it by reading its regions anew.
=======
//! What happens to a member, told to their browser: the page then asks for its regions anew.
>>>>>>> pd

use app::live::subscribe_member;
use axum::extract::{Query, WebSocketUpgrade};
use http::HeaderMap;

use crate::{
    answer::PageResult,
    door::Portal,
    live::{Asked, feed},
};

/// `GET /me/live`.
<<<<<<< HEAD
pub(crate) async fn listen(
=======
pub(super) async fn listen(
>>>>>>> pd
    portal: Portal,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> PageResult {
<<<<<<< HEAD
    let (app, ctx, member) = (&portal.app, &portal.ctx, &portal.member);
    let subscription = subscribe_member(app, ctx, member.project, member.id, asked.after).await?;
=======
    let (project, member) = (portal.project.id, portal.member.id);
    let subscription =
        subscribe_member(&portal.app, &portal.ctx, project, member, asked.after).await?;
>>>>>>> pd
    Ok(feed(&headers, upgrade, subscription, |_| None))
}
