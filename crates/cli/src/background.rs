//! What runs beside requests.

mod figures;
mod hints;
mod measured;

use std::{future::ready, sync::Arc, time::Duration};

use anyhow::Result;
use app::{followers, handlers, sweeps::sweeps};
use data_encoding::HEXLOWER;
use jobs::{FollowerLoop, Handler, Runner, RunnerOptions, Schedule, Watcher};
use telemetry::Lifecycle;

pub(crate) use self::figures::Gauges;
use self::{figures::Figures, measured::Measured};
use crate::installation::Installation;

/// How often the figures are looked at.
const FIGURES: Duration = Duration::from_secs(5);

/// Starts everything: jobs, followers, caches that forget, sweeps, figures. It works on until `stop` is done.
pub(crate) async fn start<S>(
    installation: &Installation,
    life: &Lifecycle,
    drain: Duration,
    schedule: Schedule,
    stop: impl Fn() -> S,
) -> Result<Gauges>
where
    S: Future<Output = ()> + Send + 'static,
{
    let app = &installation.app;
    let store = app.store();
    if let Some(redis) = &installation.redis
        && let Some((keeper, listener)) = redis.take()
    {
        life.spawn("redis", keeper.run(stop()));
        life.spawn("redis news", listener.run(stop()));
        let hints = hints::exchange(store.clone(), redis.news.clone(), stop());
        life.spawn("log hints", hints);
    }
    let watcher = Watcher::start(store.clone(), followers::watch(app)).await?;
    life.spawn("cache watcher", watcher.run(stop()));
    let mut lags = Vec::new();
    for follower in followers::all(app) {
        let follower = FollowerLoop::new(store, follower, Arc::clone(&installation.clock));
        lags.push((follower.name(), follower.lag()));
        life.spawn(follower.name(), follower.run(stop()));
    }
    life.spawn("jobs", runner(installation, drain).run(stop()));
    let figures = Figures::new(app.clone(), lags);
    let gauges = figures.gauges();
    let schedule = sweeps(app, schedule).every(FIGURES, "figures", move || {
        figures.update();
        ready(Ok(()))
    });
    life.spawn("schedule", schedule.run(stop()));
    Ok(gauges)
}

fn runner(installation: &Installation, drain: Duration) -> Runner {
    let app = &installation.app;
    let jobs = &installation.config.jobs;
    let mut name = [0; 8];
    installation.entropy.fill(&mut name);
    let options = RunnerOptions {
        owner: format!("{}-{}", std::process::id(), HEXLOWER.encode(&name)),
        workers: jobs.workers,
        poll: jobs.poll,
        lease: jobs.lease,
        drain,
    };
    let measured = |handler| -> Arc<dyn Handler> {
        Arc::new(Measured {
            handler,
            metrics: Arc::clone(app.metrics()),
        })
    };
    let handlers = handlers::all(app).into_iter().map(measured).collect();
    let (clock, entropy) = (&installation.clock, &installation.entropy);
    Runner::new(
        app.store(),
        handlers,
        Arc::clone(clock),
        Arc::clone(entropy),
        options,
    )
}
