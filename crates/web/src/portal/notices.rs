//! What the member was told.

use app::me::{my_notices, read_my_notices};
use askama::Template;
use axum::extract::{Form, State};
use domain::notices::{Notice, NoticeKind};
use kernel::NoticeId;
use serde::Deserialize;

use super::{room::Room, states};
use crate::{
    answer::{PageResult, done, page},
    console::list::Listing,
    look::Frame,
    state::WebState,
};

/// Which notices are read.
#[derive(Debug, Deserialize)]
pub(super) struct Answers {
    /// One; all where none is named.
    notice: Option<NoticeId>,
}

#[derive(Template)]
#[template(path = "portal/notices.html")]
struct Notices<'a> {
    f: &'a Frame,
    r: &'a Room,
    told: Vec<(Notice, &'static str, String)>,
    first: Option<String>,
    next: Option<String>,
}

/// The icon of what a notice tells.
const fn icon(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Welcome => "house",
        NoticeKind::FriendJoined => "users",
        NoticeKind::RewardGranted => "clock",
        NoticeKind::RewardAvailable => "gift",
        NoticeKind::RewardReversed => "history",
    }
}

/// `GET /me/notices`.
pub(super) async fn show(r: Room, listing: Listing) -> PageResult {
    let found = my_notices(&r.app, &r.ctx, r.project.id, false, listing.page()).await?;
    let next = listing.next(&found);
    let told = found.items.into_iter().filter_map(|notice| {
        let icon = icon(notice.kind);
        let sentence = states::of_notice(&r.f, &notice)?;
        Some((notice, icon, sentence))
    });
    Ok(page(&Notices {
        f: &r.f,
        r: &r,
        told: told.collect(),
        first: listing.first(),
        next,
    }))
}

/// `POST /me/notices/read`.
pub(super) async fn read(
    State(state): State<WebState>,
    r: Room,
    Form(answers): Form<Answers>,
) -> PageResult {
    let ids: Vec<NoticeId> = answers.notice.into_iter().collect();
    read_my_notices(&r.app, &r.ctx, r.project.id, ids).await?;
    Ok(done(&state, &r.at("notices"), "notices_read"))
}
