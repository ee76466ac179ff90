//! The list of keys.

use app::keys::list_keys;
use askama::Template;
use chrono::TimeDelta;
use domain::people::{ApiKey, Permission};
use kernel::Page;

use super::super::list::Listing;
use crate::{
    answer::{PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
    words::rights,
};

/// Hours that the old key can go on for after a rotation.
const OVERLAPS: [u32; 5] = [0, 1, 24, 72, 168];

#[derive(Template)]
#[template(path = "console/keys/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    keys: Page<ApiKey>,
}

impl List<'_> {
    /// Whether a key opens anything, and how that looks.
    fn state(&self, key: &ApiKey) -> (&'static str, &'static str) {
        let (t, now) = (&self.f.t.keys, self.f.now);
        let soon = |end| end < now + TimeDelta::days(14);
        match (key.revoked_at, key.expires_at) {
            (Some(_), _) => (t.revoked, ""),
            (None, Some(end)) if end <= now => (t.expired, ""),
            (None, Some(end)) if soon(end) => (t.ends_soon, "warn"),
            _ => (t.valid, "good"),
        }
    }

    /// Where something is done to a key.
    fn to(&self, key: &ApiKey, action: &str) -> String {
        format!("{}/{}/{action}", self.c.at("keys"), key.id)
    }

    fn areas(&self, key: &ApiKey) -> Vec<(&'static str, Vec<Permission>)> {
        rights::by_area(self.f.t, key.scopes.iter().copied())
    }
}

/// `GET …/keys`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let keys = list_keys(&desk.app, &desk.ctx, desk.project.id, listing.page()).await?;
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        listing: &listing,
        keys,
    }))
}
