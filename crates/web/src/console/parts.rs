//! One page that shows every part that pages are put together from.

use askama::Template;
use axum::{Router, routing::get};
use chrono::{NaiveDate, TimeDelta};

use crate::{
    answer::{PageResult, page},
    door::Console,
    look::{Chart, Frame, Series},
    state::WebState,
};

/// The pages of this area.
pub(super) fn routes() -> Router<WebState> {
    Router::new().route("/console/parts", get(show))
}

#[derive(Template)]
#[template(path = "console/parts.html")]
struct Parts<'a> {
    f: &'a Frame,
    c: &'a Console,
    chart: Chart,
}

async fn show(console: Console) -> PageResult {
    let today: NaiveDate = console.f.now.date_naive();
    let days = (0..30)
        .rev()
        .map(|back| today - TimeDelta::days(back))
        .collect();
    let t = &console.f.t.overview;
    let wave = |height: i64, step: i64| (0..30).map(|day| height + (day * step) % 17).collect();
    let series = vec![
        Series {
            name: t.clicks,
            values: wave(30, 5),
        },
        Series {
            name: t.sign_ups,
            values: wave(12, 3),
        },
    ];
    Ok(page(&Parts {
        f: &console.f,
        c: &console,
        chart: Chart::new(days, series),
    }))
}
