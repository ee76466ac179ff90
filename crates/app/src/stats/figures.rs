//! The shapes of statistics.

use chrono::NaiveDate;
use kernel::{Amount, ProgramId};
use serde::{Deserialize, Serialize};

/// Which figures: of one program or all, from one day to another, both included, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsQuery {
    /// The program; none: all of the project.
    pub program: Option<ProgramId>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// What became of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// Clicks on links, without those of robots.
    pub clicks: i64,
    /// Sign-ups that were attributed.
    pub sign_ups: i64,
    /// Referrals that qualified.
    pub qualified: i64,
    /// Referrals that were rewarded.
    pub rewarded: i64,
    /// Grants made.
    pub grants: i64,
}

/// The figures of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The day in UTC.
    pub day: NaiveDate,
    /// Clicks on links, without those of robots.
    pub clicks: i64,
    /// Sign-ups that were attributed.
    pub sign_ups: i64,
    /// Referrals that qualified.
    pub qualified: i64,
    /// Referrals that were rewarded.
    pub rewarded: i64,
}

/// The figures of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Clicks on links, without those of robots.
    pub clicks: i64,
    /// Sign-ups that were attributed.
    pub sign_ups: i64,
    /// Referrals that qualified.
    pub qualified: i64,
}

/// How many of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Of what.
    pub name: String,
    /// How many.
    pub count: i64,
}

/// What became of a unit, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTotals {
    /// The unit.
    pub unit: String,
    /// Granted.
    pub granted: Amount,
    /// Of what was granted at any time: taken back by refunds and people.
    pub taken_back: Amount,
    /// Spent by members; counted for the project, never for one program.
    pub spent: Amount,
}

impl UnitTotals {
    pub(super) fn new(unit: &str) -> Self {
        Self {
            unit: unit.to_owned(),
            granted: Amount::ZERO,
            taken_back: Amount::ZERO,
            spent: Amount::ZERO,
        }
    }
}

/// Everything else that is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The funnel.
    pub funnel: Funnel,
    /// Sign-ups that named an inviter and were not attributed, by problem code.
    pub refused: Vec<Count>,
    /// Grants by what they grant: `units`, `badge`…
    pub grants: Vec<Count>,
    /// Grants by the state they began in: `held`, `pending_approval`, `available`.
    pub grants_by_state: Vec<Count>,
    /// Units.
    pub units: Vec<UnitTotals>,
}
