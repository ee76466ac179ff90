//! `inviter mysql-guard`: looks after one member of a MySQL group.
//!
//! One loop looks at all members and keeps its own read-only, which must never wait; another does what takes time. They
//! share the last [`Sight`]. Guards do not talk to each other: they see the same members and decide by the same rule.

mod acts;
mod figures;
mod group;
mod listener;
mod watch;

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use config::Config;
use telemetry::{GuardMetrics, Lifecycle, Readiness};
use tokio::net::TcpListener;

use self::{acts::Acts, listener::Answers, watch::Watch};
pub(crate) use self::{
    acts::{begin, lock_all},
    figures::gap,
    group::{Group, words},
};

/// What is under way gets this long when the guard is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Looks after the member until a signal comes.
pub(crate) async fn run(config: Config) -> Result<()> {
    let settings = &config.mysql_guard;
    let group = Group::of(settings)?;
    let Some(member) = &settings.member else {
        bail!("mysql_guard.member is not set: HOST:PORT of the member that this guard looks after");
    };
    let own = group.place(member)?;
    let recovery = group.recovery()?.clone();
    let bound = TcpListener::bind(settings.bind).await;
    let listener = bound
        .with_context(|| format!("{} (mysql_guard.bind) cannot be listened on", settings.bind))?;
    let address = listener.local_addr()?;

    let (life, readiness) = (Lifecycle::default(), Readiness::default());
    let metrics = Arc::new(GuardMetrics::default());
    let (watch, sights) = Watch::new(&group, own, settings.interval, Arc::clone(&metrics));
    let acts = Acts {
        group,
        own,
        recovery,
        replace_errant: settings.replace_errant,
        metrics: Arc::clone(&metrics),
        sights: sights.clone(),
    };
    let answers = Answers {
        sights,
        metrics,
        interval: settings.interval,
        reader_queue: settings.reader_queue,
    };
    life.spawn("watch", watch.run(life.clone()));
    life.spawn("acts", acts.run(life.clone()));
    life.spawn("listener", answers.listen(listener, life.clone()));
    readiness.ready();
    tracing::info!(%address, member, "watching");
    life.until_stopped(&readiness, Duration::ZERO, GRACE)
        .await?;
    tracing::info!("stopped");
    Ok(())
}
