//! Statistics, all from figures that a follower keeps: what they cost does not grow with history.

mod boards;
mod figures;
mod leaders;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::people::Permission;
use kernel::{Amount, Ctx, Problem, ProjectId};
use store::Total;

use crate::{App, AppResult, followers::metric};

pub(crate) use boards::{Boards, boards, top};
pub use figures::{Channel, Count, Day, Funnel, StatsQuery, Totals, UnitTotals};
pub use leaders::{Leader, leaderboard, neighbourhood};

/// The most days of one query.
const DAYS: i64 = 1100;

/// From click to reward.
///
/// # Errors
/// `validation_failed` where the days are no stretch of at most 1,100.
pub async fn funnel(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    query: StatsQuery,
) -> AppResult<Funnel> {
    Ok(funnel_of(
        &sums(app, ctx, project, query, &metric::FUNNEL).await?,
    ))
}

/// The same day by day; days without anything are there as zeros.
///
/// # Errors
/// As [`funnel`].
pub async fn series(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    query: StatsQuery,
) -> AppResult<Vec<Day>> {
    let (from, to) = authorized(app, ctx, project, query).await?;
    let rollups = app.store().read();
    let rollups = rollups.project(project).rollups();
    let figures = rollups
        .series(query.program, &metric::FUNNEL, from, to)
        .await?;
    let mut by_day: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    for figure in figures {
        *by_day
            .entry(figure.day)
            .or_default()
            .entry(figure.metric)
            .or_default() += figure.value;
    }
    let days = query.from.iter_days().take_while(|day| *day <= query.to);
    Ok(days
        .map(|day| {
            let figures = by_day.get(&day_number(day));
            let of = |metric: &str| {
                figures
                    .and_then(|figures| figures.get(metric))
                    .copied()
                    .unwrap_or_default()
            };
            Day {
                day,
                clicks: of(metric::CLICKS),
                sign_ups: of(metric::SIGN_UPS),
                qualified: of(metric::QUALIFIED),
                rewarded: of(metric::REWARDED),
            }
        })
        .collect())
}

/// By channel, most sign-ups first.
///
/// # Errors
/// As [`funnel`].
pub async fn channels(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    query: StatsQuery,
) -> AppResult<Vec<Channel>> {
    let mut channels: BTreeMap<String, Channel> = BTreeMap::new();
    let wanted = [metric::CLICKS, metric::SIGN_UPS, metric::QUALIFIED];
    for total in sums(app, ctx, project, query, &wanted).await? {
        let name = total.dimension;
        let channel = channels.entry(name.clone()).or_insert(Channel {
            name,
            clicks: 0,
            sign_ups: 0,
            qualified: 0,
        });
        match total.metric.as_str() {
            metric::CLICKS => channel.clicks += total.value,
            metric::SIGN_UPS => channel.sign_ups += total.value,
            _ => channel.qualified += total.value,
        }
    }
    let mut channels: Vec<Channel> = channels.into_values().collect();
    channels.sort_by_key(|channel| std::cmp::Reverse((channel.sign_ups, channel.clicks)));
    Ok(channels)
}

/// Everything that is counted, over the whole stretch.
///
/// # Errors
/// As [`funnel`].
pub async fn totals(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    query: StatsQuery,
) -> AppResult<Totals> {
    let sums = sums(app, ctx, project, query, &metric::ALL).await?;
    let counts = |metric: &str| -> Vec<Count> {
        let of_metric = sums.iter().filter(|total| total.metric == metric);
        of_metric
            .map(|total| Count {
                name: total.dimension.clone(),
                count: total.value,
            })
            .collect()
    };
    let mut units: BTreeMap<String, UnitTotals> = BTreeMap::new();
    for total in &sums {
        let of_unit: fn(&mut UnitTotals) -> &mut Amount = match total.metric.as_str() {
            metric::UNITS_GRANTED => |unit| &mut unit.granted,
            metric::UNITS_TAKEN_BACK => |unit| &mut unit.taken_back,
            metric::UNITS_SPENT => |unit| &mut unit.spent,
            _ => continue,
        };
        let unit = units
            .entry(total.dimension.clone())
            .or_insert_with(|| UnitTotals::new(&total.dimension));
        of_unit(unit).0 += total.value;
    }
    Ok(Totals {
        funnel: funnel_of(&sums),
        refused: counts(metric::REFUSED),
        grants: counts(metric::GRANTS),
        grants_by_state: counts(metric::GRANT_STATES),
        units: units.into_values().collect(),
    })
}

fn funnel_of(sums: &[Total]) -> Funnel {
    let of = |metric: &str| {
        sums.iter()
            .filter(|total| total.metric == metric)
            .map(|total| total.value)
            .sum()
    };
    Funnel {
        clicks: of(metric::CLICKS),
        sign_ups: of(metric::SIGN_UPS),
        qualified: of(metric::QUALIFIED),
        rewarded: of(metric::REWARDED),
        grants: of(metric::GRANTS),
    }
}

async fn sums(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    query: StatsQuery,
    metrics: &[&str],
) -> AppResult<Vec<Total>> {
    let (from, to) = authorized(app, ctx, project, query).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .rollups()
        .totals(query.program, metrics, from, to)
        .await?)
}

/// The first and the last day, for whoever may see them.
async fn authorized(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    query: StatsQuery,
) -> AppResult<(i64, i64)> {
    app.authorize(ctx, project, Permission::StatsRead).await?;
    let days = (query.to - query.from).num_days() + 1;
    if !(1..=DAYS).contains(&days) {
        let message = format!("Use a day from `from` on, at most {DAYS} days.");
        return Err(Problem::field("to", "out_of_range", message).into());
    }
    Ok((day_number(query.from), day_number(query.to)))
}

/// A day as rollups keep it: `yyyymmdd`.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
