//! Whom the member invited, and why each stands where they stand.

use app::me::my_referrals;
use askama::Template;

use super::{
    room::Room,
    states::{self, Friend},
};
use crate::{
    answer::{PageResult, page},
    console::list::Listing,
    look::Frame,
};

#[derive(Template)]
#[template(path = "portal/friends.html")]
struct Friends<'a> {
    f: &'a Frame,
    r: &'a Room,
    people: Vec<Friend>,
    first: Option<String>,
    next: Option<String>,
}

/// `GET /me/friends`.
pub(super) async fn show(r: Room, listing: Listing) -> PageResult {
    let found = my_referrals(&r.app, &r.ctx, r.project.id, listing.page()).await?;
    let next = listing.next(&found);
    let people = found
        .items
        .into_iter()
        .map(|friend| states::of_friend(&r.f, friend));
    Ok(page(&Friends {
        f: &r.f,
        r: &r,
        people: people.collect(),
        first: listing.first(),
        next,
    }))
}
