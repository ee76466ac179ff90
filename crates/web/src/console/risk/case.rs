//! One referral of the queue: the signals, and both people side by side.

use app::{
    members::member_overview,
    referrals::{ReferralFilter, list_referrals},
};
use domain::{
    members::Member,
    people::Permission,
    referrals::{Referral, Scored},
    rewards::Grant,
    risk::Verdict,
};
use kernel::{MemberId, PageRequest, Timestamp};

use super::super::referrals::story::Known;
use crate::{
    answer::PageError,
    door::Desk,
    look::{Frame, filters::fill},
    words::record,
};

/// What there is to know before a decision.
#[derive(Debug)]
pub(super) struct Case {
    /// The referral with its record.
    pub(super) known: Known,
    /// The signals that scored.
    pub(super) signals: Vec<Scored>,
    /// Facts: name, the inviter's, the invitee's.
    pub(super) facts: Vec<Fact>,
}

/// One fact of both sides.
#[derive(Debug)]
pub(super) struct Fact {
    /// What it is.
    pub(super) name: &'static str,
    /// The inviter's.
    pub(super) inviter: String,
    /// The invitee's.
    pub(super) invitee: String,
    /// Whether it speaks against them.
    pub(super) alike: bool,
}

/// What is known of one side.
#[derive(Debug, Default)]
struct Person {
    member: Option<Member>,
    registered: u32,
    qualified: u32,
    address: Option<[u8; 16]>,
    device: Option<[u8; 16]>,
}

impl Case {
    /// Loads all of it.
    pub(super) async fn load(desk: &Desk, referral: Referral) -> Result<Self, PageError> {
        let friend = person(desk, Some(referral.invitee), Some(&referral)).await?;
        let inviter = person(desk, referral.inviter, None).await?;
        let known = Known::load(desk, referral).await?;
        let signals = known
            .events
            .iter()
            .find(|event| !event.outcome.decision.signals.is_empty())
            .map(|event| event.outcome.decision.signals.clone());
        Ok(Self {
            signals: signals.unwrap_or_default(),
            facts: side_by_side(&desk.f, &inviter, &friend),
            known,
        })
    }

    /// Whether there is still something to decide.
    pub(super) fn is_open(&self) -> bool {
        let referral = &self.known.referral;
        referral.verdict == Verdict::Review && referral.state.is_earning()
    }

    /// A signal in a sentence.
    #[expect(clippy::unused_self, reason = "templates reach it through the case")]
    pub(super) fn said(&self, f: &Frame, signal: &Scored) -> String {
        record::signal(f, signal)
    }

    /// The grants that wait.
    pub(super) fn waiting(&self) -> Vec<&Grant> {
        let grants = self.known.grants.iter();
        grants.filter(|grant| grant.state.is_waiting()).collect()
    }
}

/// One side: the inviter's own sign-up tells where they came from.
async fn person(
    desk: &Desk,
    id: Option<MemberId>,
    joined: Option<&Referral>,
) -> Result<Person, PageError> {
    let Some(id) = id.filter(|_| desk.may(Permission::MembersRead)) else {
        return Ok(Person::default());
    };
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let overview = member_overview(app, ctx, project, id).await?;
    let own = if let Some(joined) = joined {
        Some(joined.clone())
    } else {
        let filter = ReferralFilter {
            invitee: Some(id),
            ..ReferralFilter::default()
        };
        let last = PageRequest::new(None, Some(1));
        let found = list_referrals(app, ctx, project, filter, last).await?;
        found.items.into_iter().next()
    };
    let figures = overview.standings.iter().map(|(_, standing)| standing);
    Ok(Person {
        member: Some(overview.member),
        registered: figures.clone().map(|one| one.registered).sum(),
        qualified: figures.map(|one| one.qualified).sum(),
        address: own.as_ref().and_then(|own| own.address_hash),
        device: own.as_ref().and_then(|own| own.device_hash),
    })
}

fn side_by_side(f: &Frame, inviter: &Person, friend: &Person) -> Vec<Fact> {
    let t = &f.t.risk;
    let text = |name, of: fn(&Member) -> Option<&String>| {
        let said = |person: &Person| {
            let value = person.member.as_ref().and_then(of).cloned();
            value.unwrap_or_else(|| "–".to_owned())
        };
        let (left, right) = (said(inviter), said(friend));
        Fact {
            name,
            alike: left == right && left != "–",
            inviter: left,
            invitee: right,
        }
    };
    let seen = |person: &Person| {
        let at = person.member.as_ref().map(|member| member.created_at);
        at.map_or_else(|| "–".to_owned(), |at: Timestamp| f.moment(&at))
    };
    let brought = |person: &Person| {
        let words = fill(t.referrals_n, "n", &f.number(person.registered));
        fill(&words, "m", &f.number(person.qualified))
    };
    let plain = |name, said: &dyn Fn(&Person) -> String| Fact {
        name,
        inviter: said(inviter),
        invitee: said(friend),
        alike: false,
    };
    vec![
        text(t.name, |member| member.name.as_ref()),
        text(t.email, |member| member.email.as_ref()),
        text(t.external_id, |member| member.external_id.as_ref()),
        plain(t.joined, &seen),
        plain(t.referrals, &brought),
        hashed(f, t.address, inviter.address, friend.address),
        hashed(f, t.device, inviter.device, friend.device),
    ]
}

/// Of an address or a device only a keyed hash is kept: whether both are the same is all that can be told.
fn hashed(
    f: &Frame,
    name: &'static str,
    inviter: Option<[u8; 16]>,
    friend: Option<[u8; 16]>,
) -> Fact {
    let t = &f.t.risk;
    let alike = inviter.is_some() && inviter == friend;
    let comparable = inviter.is_some() && friend.is_some();
    let said = |own: Option<[u8; 16]>| {
        let words = match own {
            None => t.unknown,
            Some(_) if alike => t.same,
            Some(_) if comparable => t.different,
            Some(_) => t.not_comparable,
        };
        words.to_owned()
    };
    Fact {
        name,
        inviter: said(inviter),
        invitee: said(friend),
        alike,
    }
}
