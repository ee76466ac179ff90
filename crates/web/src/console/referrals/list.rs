//! The list of referrals.

use app::{
    exports::Export,
    referrals::{ReferralFilter, list_referrals},
};
use askama::Template;
use domain::{
    referrals::{Referral, ReferralState},
    risk::Verdict,
};
use kernel::{MemberId, Page};

use super::super::{export::download, list::Listing, people::People, typed::period};
use crate::{
    answer::{PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
    words::states,
};

#[derive(Template)]
#[template(path = "console/referrals/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    people: People,
    /// The member whose referrals these are, where the list is of one.
    only: Option<MemberId>,
    referrals: Page<Referral>,
}

impl List<'_> {
    fn states(&self) -> Vec<(&'static str, &'static str)> {
        let any = ("", self.f.t.story.any_state);
        let named =
            ReferralState::ALL.map(|state| (state.as_str(), states::referral(self.f.t, state).0));
        std::iter::once(any).chain(named).collect()
    }

    fn verdicts(&self) -> [(&'static str, &'static str); 4] {
        let t = self.f.t;
        let word = |verdict| states::verdict(t, verdict).0;
        [
            ("", t.referrals.any_verdict),
            ("allow", word(Verdict::Allow)),
            ("hold", word(Verdict::Hold)),
            ("review", word(Verdict::Review)),
        ]
    }
}

fn filter(listing: &Listing) -> ReferralFilter {
    ReferralFilter {
        program: listing.parse("program"),
        inviter: listing.parse("inviter"),
        invitee: listing.parse("invitee"),
        state: listing.choose("state"),
        verdict: listing.choose("verdict"),
        period: period(listing),
    }
}

/// `GET …/referrals`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let wanted = filter(&listing);
    let only = wanted.inviter.or(wanted.invitee);
    let referrals = list_referrals(app, ctx, project, wanted, listing.page()).await?;
    let named = referrals
        .items
        .iter()
        .flat_map(|referral| [Some(referral.invitee), referral.inviter])
        .chain([only])
        .flatten();
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        people: People::of(&desk, named.collect()).await?,
        listing: &listing,
        only,
        referrals,
    }))
}

/// `GET …/referrals/export.csv`.
pub(super) async fn export(desk: Desk, listing: Listing) -> PageResult {
    download(&desk, Export::Referrals(filter(&listing)), "referrals").await
}
