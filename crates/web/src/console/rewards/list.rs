//! The list of grants.

use std::collections::BTreeSet;

use app::{
    exports::Export,
    rewards::{GrantFilter, list_grants},
};
use askama::Template;
use domain::{
    programs::Program,
    rewards::{Grant, GrantState, Reward, RuleKind},
};
use kernel::{Page, Problem};

use super::{
    super::{
        export::download,
        list::Listing,
        people::People,
        typed::{member, period, some},
    },
    waiting,
};
use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
    words::states,
};

#[derive(Template)]
#[template(path = "console/rewards/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    waiting: String,
    people: People,
    grants: Page<Grant>,
}

impl List<'_> {
    fn states(&self) -> Vec<(&'static str, &'static str)> {
        let any = ("", self.f.t.story.any_state);
        let named = GrantState::ALL.map(|state| (state.as_str(), states::grant(self.f.t, state).0));
        std::iter::once(any).chain(named).collect()
    }

    /// The units that rules grant.
    fn units(&self) -> Vec<(String, String)> {
        let any = (String::new(), self.f.t.rewards.any_unit.to_owned());
        let units: BTreeSet<String> = self.people.programs().iter().flat_map(units).collect();
        let named = units.into_iter().map(|unit| (unit.clone(), unit));
        std::iter::once(any).chain(named).collect()
    }
}

fn units(program: &Program) -> Vec<String> {
    let rewards = program
        .settings
        .rules
        .iter()
        .flat_map(|rule| match &rule.then {
            RuleKind::Fixed { reward, .. } | RuleKind::Milestone { reward, .. } => vec![reward],
            RuleKind::DoubleSided { inviter, invitee } => vec![inviter, invitee],
            RuleKind::Tiered { tiers } => tiers.iter().map(|tier| &tier.reward).collect(),
        });
    let unit = |reward: &Reward| match reward {
        Reward::Units { unit, .. } => Some(unit.to_string()),
        _ => None,
    };
    rewards.filter_map(unit).collect()
}

/// The filter of a list; none where it names a member whom nobody knows.
async fn filter(desk: &Desk, listing: &Listing) -> Result<Option<GrantFilter>, PageError> {
    let named = match some(listing.get("member")) {
        None => None,
        Some(text) => match member(desk, &text, "member").await? {
            Ok(member) => Some(member.id),
            Err(_) => return Ok(None),
        },
    };
    Ok(Some(GrantFilter {
        program: listing.parse("program"),
        member: named,
        referral: listing.parse("referral"),
        state: listing.choose("state"),
        unit: listing.parse("unit"),
        period: period(listing),
    }))
}

/// `GET …/rewards`.
pub(super) async fn show(desk: Desk, listing: Listing) -> PageResult {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let grants = match filter(&desk, &listing).await? {
        Some(filter) => list_grants(app, ctx, project, filter, listing.page()).await?,
        None => Page::whole(Vec::new()),
    };
    let named = grants.items.iter().map(|grant| grant.member);
    Ok(page(&List {
        f: &desk.f,
        c: &desk,
        waiting: waiting(&desk).await?,
        people: People::of(&desk, named.collect()).await?,
        listing: &listing,
        grants,
    }))
}

/// `GET …/rewards/export.csv`.
pub(super) async fn export(desk: Desk, listing: Listing) -> PageResult {
    let unknown = || PageError(Problem::from(kernel::ProblemCode::NotFound));
    let filter = filter(&desk, &listing).await?.ok_or_else(unknown)?;
    download(&desk, Export::Grants(filter), "rewards").await
}
