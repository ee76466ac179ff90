//! The overview of a project: the funnel, its course, where people come from, who brings them.

use app::{
    attention::{Attention, SpentBudget, attention},
    live::recent,
    programs::list_programs,
    stats::{Channel, Day, Funnel, Leader, StatsQuery, channels, funnel, series},
};
use askama::Template;
use axum::{Router, extract::Query, routing::get};
use chrono::TimeDelta;
use domain::programs::ProgramStatus;
use kernel::PageRequest;
use serde::Deserialize;

use super::{live::Row, people::leaders_by_name};
use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Chart, Frame, Series, filters, filters::fill},
    state::WebState,
    words::states,
};

/// Days that can be looked back on.
const RANGES: [u16; 4] = [7, 30, 90, 365];
/// Where nothing is chosen.
const RANGE: u16 = 30;
/// Rows of what happened last.
const ROWS: usize = 12;

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
    waiting: Vec<Waiting>,
    position: i64,
    rows: Vec<Row<'a>>,
}

/// Something that waits for a person.
struct Waiting {
    icon: &'static str,
    sentence: String,
    href: String,
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
    // Before everything else: what happens while the figures are read is told again, never lost.
    let (position, events) = recent(app, ctx, project, ROWS).await?;
    Ok(page(&Overview {
        f: &desk.f,
        c: &desk,
        ranges: RANGES.map(|days| (days, days == range)),
        funnel: funnel(app, ctx, project, query).await?,
        chart: chart(&desk.f, &series(app, ctx, project, query).await?),
        channels: channels(app, ctx, project, query).await?,
        leaders: leaders(&desk).await?,
        waiting: waiting(&desk, attention(app, ctx, project).await?),
        position,
        rows: events.iter().map(|event| Row::new(&desk, event)).collect(),
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
        let first = leaders_by_name(desk, program.id).await?;
        if !first.is_empty() {
            found.push((program.settings.name, first));
        }
    }
    Ok(found)
}

/// What waits, in sentences that lead to where it is dealt with.
fn waiting(c: &Console, found: Attention) -> Vec<Waiting> {
    let (f, t) = (&c.f, &c.f.t.overview);
    let counted = |count: Option<u64>, icon, text, page| {
        let count = count.filter(|count| *count > 0)?;
        let sentence = filters::counted(text, &count.to_string());
        Some(Waiting {
            icon,
            sentence,
            href: c.at(page),
        })
    };
    let counts = [
        counted(found.approvals, "gift", t.approvals, "rewards/approvals"),
        counted(found.reviews, "shield-alert", t.reviews, "risk"),
        counted(found.failing_webhooks, "webhook", t.failing, "webhooks"),
    ];
    let pools = found
        .exhausted_pools
        .unwrap_or_default()
        .into_iter()
        .map(|slug| Waiting {
            icon: "ticket",
            sentence: fill(t.exhausted, "name", &slug),
            href: c.at("rewards/pools"),
        });
    let ending = found
        .programs_ending
        .unwrap_or_default()
        .into_iter()
        .map(|program| Waiting {
            icon: "clock",
            sentence: fill(
                &fill(t.ending, "when", &f.date(&program.ends_at)),
                "name",
                &program.name,
            ),
            href: format!("{}/{}", c.at("programs"), program.program),
        });
    let budgets = found.budgets_nearly_spent.unwrap_or_default();
    let budgets = budgets.iter().map(|spent| budget(c, spent));
    counts
        .into_iter()
        .flatten()
        .chain(pools)
        .chain(ending)
        .chain(budgets)
        .collect()
}

fn budget(c: &Console, spent: &SpentBudget) -> Waiting {
    let (f, t) = (&c.f, &c.f.t.overview);
    let text = fill(t.budget, "granted", &f.amount(&spent.granted, &spent.unit));
    let text = fill(&text, "budget", &f.amount(&spent.budget, &spent.unit));
    Waiting {
        icon: "coins",
        sentence: fill(&text, "name", &spent.name),
        href: format!("{}/{}", c.at("programs"), spent.program),
    }
}
