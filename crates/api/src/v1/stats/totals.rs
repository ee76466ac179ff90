//! `GET /api/v1/stats/totals`

use super::{Funnel, StatsQuery};
use crate::prelude::*;

/// All figures together.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Totals {
    /// How many came how far.
    funnel: Funnel,
    /// Sign-ups that named an inviter and were not attributed, by problem code.
    refused: Vec<Count>,
    /// Grants by the type of their reward.
    grants: Vec<Count>,
    /// Grants by the state they began in.
    grants_by_state: Vec<Count>,
    /// Units.
    units: Vec<UnitTotals>,
}

/// A number of something.
#[derive(Debug, Serialize, ToSchema)]
struct Count {
    /// Of what.
    name: String,
    /// How many.
    count: i64,
}

/// What moved of one unit, in minor units.
#[derive(Debug, Serialize, ToSchema)]
struct UnitTotals {
    /// The unit.
    unit: String,
    /// Granted.
    granted: i64,
    /// Taken back by refunds and people.
    taken_back: i64,
    /// Spent by members; counted for the project, never for one program.
    spent: i64,
}

impl From<app::stats::Count> for Count {
    fn from(app::stats::Count { name, count }: app::stats::Count) -> Self {
        Self { name, count }
    }
}

impl From<app::stats::UnitTotals> for UnitTotals {
    fn from(totals: app::stats::UnitTotals) -> Self {
        Self {
            unit: totals.unit,
            granted: totals.granted.0,
            taken_back: totals.taken_back.0,
            spent: totals.spent.0,
        }
    }
}

impl From<app::stats::Totals> for Totals {
    fn from(totals: app::stats::Totals) -> Self {
        let counts = |counts: Vec<app::stats::Count>| counts.into_iter().map(Count::from).collect();
        Self {
            funnel: totals.funnel.into(),
            refused: counts(totals.refused),
            grants: counts(totals.grants),
            grants_by_state: counts(totals.grants_by_state),
            units: totals.units.into_iter().map(UnitTotals::from).collect(),
        }
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Shows all figures together.
#[utoipa::path(get, path = "/api/v1/stats/totals", tag = "stats", operation_id = "get_totals", params(StatsQuery),
    responses((status = 200, description = "The figures.", body = Totals), Failure))]
pub(super) async fn totals(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<StatsQuery>,
) -> Answer<Totals> {
    shown(app::stats::totals(&app, &ctx, project, query.into()).await?)
}
