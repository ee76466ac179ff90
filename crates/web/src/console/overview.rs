//! The overview of a project: the funnel, its course, where people come from, who brings them.

use app::{
    programs::list_programs,
    stats::{Channel, Day, Funnel, Leader, StatsQuery, channels, funnel, leaderboard, series},
};
use askama::Template;
use axum::{Router, extract::Query, routing::get};
use chrono::TimeDelta;
use domain::programs::ProgramStatus;
use kernel::PageRequest;
use serde::Deserialize;

use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Chart, Frame, Series, filters},
    state::WebState,
};

/// Days that can be looked back on.
const RANGES: [u16; 4] = [7, 30, 90, 365];
/// Where nothing is chosen.
const RANGE: u16 = 30;

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    Router::new().route("/console/{project}/{mode}", get(show))
}

/// What the address says.
#[derive(Debug, Deserialize)]
struct Asked {
    days: Option<u16>,
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview<'a> {
    f: &'a Frame,
    c: &'a Console,
    ranges: [(u16, bool); 4],
    funnel: Funnel,
    chart: Chart,
    channels: Vec<Channel>,
    leaders: Vec<(String, Vec<Leader>)>,
}

async fn show(desk: Desk, Query(asked): Query<Asked>) -> PageResult {
    let range = asked
        .days
        .filter(|days| RANGES.contains(days))
        .unwrap_or(RANGE);
    let to = desk.f.now.date_naive();
    let query = StatsQuery {
        program: None,
        from: to - TimeDelta::days(i64::from(range) - 1),
        to,
    };
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    Ok(page(&Overview {
        f: &desk.f,
        c: &desk,
        ranges: RANGES.map(|days| (days, days == range)),
        funnel: funnel(app, ctx, project, query).await?,
        chart: chart(&desk.f, &series(app, ctx, project, query).await?),
        channels: channels(app, ctx, project, query).await?,
        leaders: leaders(&desk).await?,
    }))
}

fn chart(f: &Frame, days: &[Day]) -> Chart {
    let t = &f.t.overview;
    let line = |name, value: fn(&Day) -> i64| Series {
        name,
        values: days.iter().map(value).collect(),
    };
    Chart::new(
        days.iter().map(|day| day.day).collect(),
        vec![
            line(t.clicks, |day| day.clicks),
            line(t.sign_ups, |day| day.sign_ups),
            line(t.qualified, |day| day.qualified),
        ],
    )
}

/// The first of each running program, at most three programs.
async fn leaders(desk: &Desk) -> Result<Vec<(String, Vec<Leader>)>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let programs = list_programs(app, ctx, project, PageRequest::new(None, None))
        .await?
        .items;
    let mut found = Vec::new();
    for program in programs
        .into_iter()
        .filter(|program| program.status == ProgramStatus::Active)
        .take(3)
    {
        let first = leaderboard(app, ctx, project, program.id, 5).await?;
        if !first.is_empty() {
            found.push((program.settings.name, first));
        }
    }
    Ok(found)
}
