//! The list of members.

use app::{exports::Export, members::list_members};
use askama::Template;
use domain::{members::Member, people::Permission};
use kernel::Page;

use super::super::{export::download, list::Listing, people::called, typed::some};
use crate::{
    answer::{PageResult, page},
    door::{Console, Desk},
    look::Frame,
};

#[derive(Template)]
#[template(path = "console/members/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    members: Page<Member>,
}

impl List<'_> {
    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn called(&self, member: &Member) -> String {
        called(member)
    }
}

/// `GET …/members`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let search = Some(listing.get("q"));
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        members: list_members(app, ctx, project, search, listing.page()).await?,
        listing: &listing,
    }))
}

/// `GET …/members/export.csv`.
pub(super) async fn export(desk: Desk, listing: Listing) -> PageResult {
    download(&desk, Export::Members(some(listing.get("q"))), "members").await
}
