//! What the member has, what they were given, and how it moved.

use app::me::{claim_my_grant, my_grants, my_transfers};
use askama::Template;
use axum::extract::{Path, State};
use domain::{
    ledger::Transfer,
    rewards::{Grant, GrantState},
};
use kernel::{GrantId, Page, PageRequest, Timestamp};
use notify::reward_words;

use super::{
    room::Room,
    states::{self, Badge},
};
use crate::{
    answer::{PageResult, done, page},
    console::list::Listing,
    look::{Frame, filters},
    state::WebState,
};

/// Movements shown beside the rewards.
const MOVEMENTS: u16 = 12;

#[derive(Template)]
#[template(path = "portal/rewards.html")]
struct Rewards<'a> {
    f: &'a Frame,
    r: &'a Room,
    grants: Vec<Given>,
    first: Option<String>,
    next: Option<String>,
    moved: Vec<Moved>,
    /// Whether more has moved than is shown.
    more: bool,
}

/// What moved, how much, when.
type Moved = (&'static str, String, Timestamp);

#[derive(Template)]
#[template(path = "portal/history.html")]
struct History<'a> {
    f: &'a Frame,
    r: &'a Room,
    moved: Vec<Moved>,
    first: Option<String>,
    next: Option<String>,
}

/// A reward as its member sees it.
struct Given {
    grant: Grant,
    words: String,
    badge: Badge,
    about: Option<String>,
}

impl Given {
    fn new(f: &Frame, grant: Grant) -> Self {
        Self {
            words: reward_words(&grant.reward, f.locale),
            badge: states::of_grant(f, grant.state),
            about: states::about_grant(f, &grant),
            grant,
        }
    }

    /// Names the coupon on the page.
    fn coupon_id(&self) -> String {
        format!("coupon-{}", self.grant.id)
    }

    /// Units are spent; everything else is claimed.
    fn is_claimable(&self) -> bool {
        self.grant.state == GrantState::Available && self.grant.unit().is_none()
    }
}

/// `GET /me/rewards`.
pub(super) async fn show(r: Room, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&r.app, &r.ctx, r.project.id);
    let found = my_grants(app, ctx, project, listing.page()).await?;
    let newest = PageRequest::new(None, Some(MOVEMENTS));
    let newest = my_transfers(app, ctx, project, newest).await?;
    let next = listing.next(&found);
    let grants = found.items.into_iter().map(|grant| Given::new(&r.f, grant));
    Ok(page(&Rewards {
        f: &r.f,
        r: &r,
        grants: grants.collect(),
        first: listing.first(),
        next,
        more: newest.next.is_some(),
        moved: moved(&r.f, &newest),
    }))
}

/// `GET /me/history`.
pub(super) async fn history(r: Room, listing: Listing) -> PageResult {
    let found = my_transfers(&r.app, &r.ctx, r.project.id, listing.page()).await?;
    Ok(page(&History {
        f: &r.f,
        r: &r,
        moved: moved(&r.f, &found),
        first: listing.first(),
        next: listing.next(&found),
    }))
}

fn moved(f: &Frame, transfers: &Page<Transfer>) -> Vec<Moved> {
    let transfers = transfers.items.iter();
    transfers
        .map(|transfer| {
            let (label, amount) = states::of_transfer(f, transfer);
            (label, amount, transfer.at)
        })
        .collect()
}

/// `POST /me/rewards/{grant}/claim`.
pub(super) async fn claim(
    State(state): State<WebState>,
    r: Room,
    Path(grant): Path<GrantId>,
) -> PageResult {
    claim_my_grant(&r.app, &r.ctx, r.project.id, grant).await?;
    Ok(done(&state, &r.at("rewards"), "my_reward_claimed"))
}
