//! `inviter demo`: months of believable activity in a project of its own, through the public API.
//!
//! The demo runs the real server on a free port with a clock of its own, which it moves from day to day, so that holds
//! end, quotas refill and figures fall on the days on which things happened. It may run beside `inviter serve`.

mod calendar;
mod people;
mod season;
mod setting;
mod stage;

use std::process::ExitCode;

use anyhow::Result;
use config::Config;
use indicatif::{ProgressBar, ProgressStyle};

use self::{calendar::Calendar, season::Season, stage::Stage};
use crate::{args::Demo, output::say};

/// Fills a project and tells what is in it.
pub(crate) async fn fill(config: Config, wanted: &Demo) -> Result<ExitCode> {
    let calendar = Calendar::new(wanted.days);
    let stage = Stage::open(config, calendar.clock.clone(), &wanted.slug).await?;
    let setting = setting::make(&stage.api).await?;
    let bar = ProgressBar::new(u64::from(wanted.days));
    let style = ProgressStyle::with_template("{bar:40} day {pos} of {len} · {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut season = Season::begin(&stage, setting, wanted.seed).await?;
    for day in 0..wanted.days {
        calendar.turn_to(day);
        season.live_through(&calendar, day).await?;
        stage.end_of_day().await?;
        bar.set_message(season.figures.to_string());
        bar.inc(1);
    }
    bar.finish_and_clear();
    let figures = season.figures;
    let key = stage.close().await?;
    say(figures)?;
    say(format_args!(
        "Project `{}` is filled. A key to look at it:\n  {key}",
        wanted.slug
    ))?;
    Ok(ExitCode::SUCCESS)
}
