//! What the product is for, in figures.

use std::{collections::BTreeSet, sync::PoisonError, time::Duration};

use prometheus_client::metrics::counter::Counter;

use super::{
    Metrics,
    labels::{NoLabels, OutcomeLabel, RewardLabels, StateLabel, VerdictLabel},
};

/// Operators name their units as they like, so only so many have a label of their own; the others share one.
const UNITS: usize = 50;

/// What waits for time, for people or for more money.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WaitingFigures {
    /// Grants that wait, by state.
    pub grants: Vec<(&'static str, u64)>,
    /// Referrals that wait for a review.
    pub reviews: u64,
    /// How long the oldest of them has waited.
    pub oldest_review: Duration,
    /// The part that is left of the budget of which least is left.
    pub lowest_budget: Option<f64>,
}

/// Counters are there from their first mention on, with 0, and so a rule sees the first event as an increase.
impl Metrics {
    /// Invitations created.
    pub fn invitations(&self) -> &Counter {
        &self.families.invitations
    }

    /// Clicks with this outcome. The hot route keeps it.
    pub fn clicks(&self, outcome: &'static str) -> Counter {
        let label = OutcomeLabel { outcome };
        self.families.clicks.get_or_create_owned(&label)
    }

    /// Sign-ups that were decided so.
    pub fn sign_ups(&self, outcome: &'static str) -> Counter {
        let label = OutcomeLabel { outcome };
        self.families.sign_ups.get_or_create_owned(&label)
    }

    /// What the risk rules made of sign-ups.
    pub fn risk_verdicts(&self, verdict: &'static str) -> Counter {
        let label = VerdictLabel { verdict };
        self.families.risk_verdicts.get_or_create_owned(&label)
    }

    /// Referrals that reached a state.
    pub fn referrals(&self, state: &'static str) -> Counter {
        let label = StateLabel { state };
        self.families.referrals.get_or_create_owned(&label)
    }

    /// Grants that reached a state.
    pub fn grants(&self, state: &'static str) -> Counter {
        let label = StateLabel { state };
        self.families.grants.get_or_create_owned(&label)
    }

    /// What grants of this kind that reached a state are worth; `unit` is empty for what is counted in pieces.
    pub fn reward_amount(&self, kind: &'static str, unit: &str, state: &'static str) -> Counter {
        let unit = self.unit_label(unit);
        let labels = RewardLabels { kind, unit, state };
        self.families.reward_amount.get_or_create_owned(&labels)
    }

    fn unit_label(&self, unit: &str) -> String {
        let mut known = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        bounded(&mut known, unit).to_owned()
    }

    /// What waits.
    pub fn waiting(&self, figures: &WaitingFigures) {
        let figure = |count| i64::try_from(count).unwrap_or(i64::MAX);
        let families = &self.families;
        for (state, count) in &figures.grants {
            let waiting = families.grants_waiting.get_or_create(&StateLabel { state });
            waiting.set(figure(*count));
        }
        families.reviews.set(figure(figures.reviews));
        families.review_age.set(figures.oldest_review.as_secs_f64());
        match figures.lowest_budget {
            Some(left) => {
                let lowest = families.budget_left.get_or_create(&NoLabels::default());
                lowest.set(left);
            }
            None => families.budget_left.clear(),
        }
    }

    /// The sum of all differences that the last verification of the ledger found, in minor units.
    pub fn ledger_imbalance(&self, difference: i64) {
        self.families.ledger_imbalance.set(difference);
    }
}

fn bounded<'a>(known: &mut BTreeSet<String>, unit: &'a str) -> &'a str {
    if known.len() >= UNITS && !known.contains(unit) {
        return "other";
    }
    known.insert(unit.to_owned());
    unit
}
