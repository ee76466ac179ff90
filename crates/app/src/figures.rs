//! What monitoring is told of the business.
//!
//! What happens is counted where it happens, or where the event log is followed. What *is*, and nothing reports by itself, is
//! looked at once a minute with questions that cost the same however long the history is; a scrape gets what was found last.

use chrono::TimeDelta;
use domain::{
    log::Fact,
    projects::Mode,
    referrals::ReferralState,
    rewards::{GrantState, Reward},
    risk::Verdict,
};
use kernel::{Amount, Ctx, PageRequest, ProblemCode, ProjectId, Timestamp};
use store::{Lagging, Reader};
use telemetry::{Counter, Metrics, WaitingFigures};

use crate::{
    App, AppResult,
    attention::{SpentBudget, budgets},
    events::Ingested,
};

/// Grants that wait are counted as far as this.
const GRANTS: u64 = 10_000;
/// Of what was set aside for a review in a project, so much is looked at.
const REVIEWS: u64 = 1000;
/// So many projects are looked at.
const PROJECTS: usize = 200;

/// The counters of the hot path of links, looked up once.
#[derive(Debug)]
pub(crate) struct Clicks {
    person: Counter,
    bot: Counter,
}

impl Clicks {
    pub(crate) fn count(&self, bot: bool) {
        let counter = if bot { &self.bot } else { &self.person };
        counter.inc();
    }
}

/// Lets every counter begin with 0: to a rule, one that appears with its first event has not risen.
pub(crate) fn from_zero(metrics: &Metrics) -> Clicks {
    for outcome in ["attributed", "recorded", "replayed", "refused"] {
        drop(metrics.sign_ups(outcome));
    }
    for verdict in Verdict::ALL {
        drop(metrics.risk_verdicts(verdict.as_str()));
    }
    for state in ReferralState::ALL {
        drop(metrics.referrals(state.as_str()));
    }
    for state in GrantState::ALL {
        drop(metrics.grants(state.as_str()));
    }
    Clicks {
        person: metrics.clicks("person"),
        bot: metrics.clicks("bot"),
    }
}

/// Counts a sign-up by what came of it.
pub(crate) fn count_sign_up(metrics: &Metrics, answer: &AppResult<Ingested>) {
    let outcome = match answer {
        Err(_) => "refused",
        Ok(Ingested { replayed: true, .. }) => "replayed",
        Ok(ingested) if ingested.outcome.referral.is_some() => "attributed",
        Ok(_) => "recorded",
    };
    metrics.sign_ups(outcome).inc();
}

/// Counts what the risk rules made of whoever was brought in by this event, if they were asked.
pub(crate) fn count_verdict(metrics: &Metrics, answer: &AppResult<Ingested>) {
    let verdict = match answer {
        Ok(ingested) if !ingested.replayed => ingested.outcome.decision.verdict,
        Err(error) if error.problem().code == ProblemCode::RiskBlocked => Some(Verdict::Block),
        _ => None,
    };
    if let Some(verdict) = verdict {
        metrics.risk_verdicts(verdict.as_str()).inc();
    }
}

/// Counts a fact of the log. One process deals with each entry, so the sum over all processes counts it once; a transaction
/// that has to be run again counts it twice, which monitoring bears and the figures of the statistics do not show.
pub(crate) fn count_fact(metrics: &Metrics, fact: &Fact) {
    match fact {
        Fact::InvitationSent { sends: 1, .. } => {
            metrics.invitations().inc();
        }
        Fact::ReferralRegistered { .. } => {
            metrics.referrals(ReferralState::Registered.as_str()).inc();
        }
        Fact::ReferralChanged { state, .. } => {
            metrics.referrals(state.as_str()).inc();
        }
        Fact::RewardGranted { reward, state, .. } => {
            count_grant(metrics, reward, *state, Amount::ZERO);
        }
        Fact::RewardChanged {
            reward,
            state,
            clawed,
            ..
        } => count_grant(metrics, reward, *state, *clawed),
        _ => {}
    }
}

/// A grant of which only a part was taken back stays in its state: it reaches none, and the part is what is reversed.
fn count_grant(metrics: &Metrics, reward: &Reward, state: GrantState, clawed: Amount) {
    let in_part = clawed.is_positive() && state != GrantState::Reversed;
    if !in_part {
        metrics.grants(state.as_str()).inc();
    }
    let state = if in_part { GrantState::Reversed } else { state };
    let (unit, worth) = match reward {
        Reward::Units { unit, .. } if state == GrantState::Reversed => (unit.as_str(), clawed),
        Reward::Units { unit, amount } => (unit.as_str(), *amount),
        _ => ("", Amount(1)),
    };
    let counter = metrics.reward_amount(reward.kind(), unit, state.as_str());
    counter.inc_by(u64::try_from(worth.0).unwrap_or_default());
}

/// Sets the figures of what waits: grants, reviews, budgets.
///
/// # Errors
/// The database cannot be asked.
pub async fn measure_waiting(app: &App, ctx: &Ctx) -> AppResult<()> {
    let reader = app.store().read_lagging();
    let mut found = WaitingFigures::default();
    for state in [GrantState::Held, GrantState::PendingApproval] {
        let waiting = reader.directory().grants_waiting(state, GRANTS).await?;
        found.grants.push((state.as_str(), waiting));
    }
    let mut oldest: Option<Timestamp> = None;
    let projects = reader.directory().projects().await?;
    let live = projects.iter().filter(|project| project.mode == Mode::Live);
    for project in live.take(PROJECTS) {
        let (waiting, since) = reader
            .project(project.id)
            .referrals()
            .reviews(REVIEWS)
            .await?;
        found.reviews += waiting;
        oldest = oldest.into_iter().chain(since).min();
        let least = lowest_budget(&reader, project.id).await?;
        found.lowest_budget = found
            .lowest_budget
            .into_iter()
            .chain(least)
            .reduce(f64::min);
    }
    let age = oldest.map_or(TimeDelta::zero(), |oldest| ctx.now() - oldest);
    found.oldest_review = age.to_std().unwrap_or_default();
    app.metrics().waiting(&found);
    Ok(())
}

/// The part that is left of the budget of which least is left, of the newest programs.
async fn lowest_budget(reader: &Reader<Lagging>, project: ProjectId) -> AppResult<Option<f64>> {
    let scope = reader.project(project);
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let programs = scope.programs().list(newest).await?.items;
    let budgets = budgets(scope, &programs).await?;
    Ok(budgets.iter().map(part_left).reduce(f64::min))
}

fn part_left(budget: &SpentBudget) -> f64 {
    let (whole, spent) = (i128::from(budget.budget.0), i128::from(budget.granted.0));
    let millionths = (whole - spent).max(0) * 1_000_000 / whole.max(1);
    f64::from(u32::try_from(millionths).unwrap_or(u32::MAX)) / 1e6
}
