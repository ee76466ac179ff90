//! The life of a server, and of a worker.

mod listener;
mod welcome;

use std::{
    future::ready,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use config::Config;
use jobs::Schedule;
use telemetry::{Health, Lifecycle, Readiness};
use tokio::sync::watch;

use self::listener::rate_limits;
pub(crate) use self::listener::{listen, routes};
use crate::{
    args::Globals,
    background,
    installation::{Installation, open_journal},
    operations::checks,
};

/// Serves until a signal comes.
pub(crate) async fn serve(config: Config, globals: &Globals) -> Result<()> {
    let started = Instant::now();
    // First of all: two processes with one journal must not even touch the same database.
    let journal = open_journal(&config)?;
    let listener = listener::bind(&config.server).await?;
    let address = listener.local_addr()?;
    let installation = Installation::open(config, Some(journal)).await?;
    let (life, readiness) = (Lifecycle::default(), Readiness::default());
    let (answered, all_answered) = watch::channel(false);
    let deadline = installation.config.server.shutdown_timeout;
    let stop = || after_requests(life.clone(), all_answered.clone(), deadline / 2);

    let redis = installation.redis.as_ref().map(|it| it.redis.clone());
    let (limits, housekeep) = rate_limits(&installation, redis.clone());
    let schedule = Schedule::new(Arc::clone(&installation.entropy)).every(
        Duration::from_mins(1),
        "limiter housekeeping",
        move || {
            housekeep();
            ready(Ok(()))
        },
    );
    let gauges = background::start(&installation, &life, deadline / 3, schedule, stop).await?;
    life.spawn(
        "click drain",
        app::clicks::drain(installation.app.clone(), stop()),
    );

    let clock = Arc::clone(&installation.clock);
    let checks = checks(installation.app.store(), clock, gauges, redis);
    let health = Health::new(readiness.clone(), checks);
    let router = routes(&installation, limits, Arc::new(health), started);
    life.spawn(
        "listener",
        listener::listen(listener, router, life.clone(), answered),
    );
    let greeting = async {
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(%address, ms, "ready");
        welcome::greet(&installation, globals).await;
    };
    live(&installation, &life, &readiness, greeting).await?;
    installation.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Does the work in the background until a signal comes.
pub(crate) async fn work(config: Config) -> Result<()> {
    let installation = Installation::open(config, None).await?;
    let (life, readiness) = (Lifecycle::default(), Readiness::default());
    let deadline = installation.config.server.shutdown_timeout;
    let stop = || {
        let life = life.clone();
        async move { life.cancelled().await }
    };
    let schedule = Schedule::new(Arc::clone(&installation.entropy));
    background::start(&installation, &life, deadline / 2, schedule, stop).await?;
    live(&installation, &life, &readiness, async {
        tracing::info!("working");
    })
    .await?;
    installation.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// From the moment when everything has begun until everything but the writer has ended.
async fn live(
    installation: &Installation,
    life: &Lifecycle,
    readiness: &Readiness,
    greeting: impl Future<Output = ()>,
) -> Result<()> {
    installation.stop_without_writer(life);
    let server = &installation.config.server;
    let begun = async {
        readiness.ready();
        greeting.await;
    };
    // Signals are listened to before anybody hears that there is something to stop.
    let (ended, ()) = tokio::join!(
        biased;
        life.until_stopped(readiness, server.drain_delay, server.shutdown_timeout),
        begun,
    );
    ended?;
    Ok(())
}

/// What works behind the requests ends after the last of them, or when half the time to stop is over.
async fn after_requests(life: Lifecycle, mut all_answered: watch::Receiver<bool>, most: Duration) {
    life.cancelled().await;
    drop(tokio::time::timeout(most, all_answered.wait_for(|answered| *answered)).await);
}
