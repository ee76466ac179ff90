//! The task that asks every member each second what it is.

use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use kernel::{Entropy, SystemEntropy};
use sea_orm::sqlx::{
    Connection, Error, MySqlConnection, Row,
    mysql::{MySqlConnectOptions, MySqlDatabaseError},
    query,
};
use tokio::time::Instant;

use super::{
    Topology,
    members::Members,
    probe::{MemberView, probe},
    roles::{Heard, decide},
    snapshot::{Member, SPLIT_BRAIN, Snapshot},
};
use crate::{
    connect::{Opener, Options},
    error::StoreResult,
    refusal::{Obstacle, Refusal},
};

/// How often the members are asked when nothing happens.
const EVERY: Duration = Duration::from_secs(1);
/// How long one may take to answer.
const LIMIT: Duration = Duration::from_millis(500);
/// Between two rounds, however many doubts there are.
const LEAST: Duration = Duration::from_millis(50);
/// A member that is only slow is believed what it said before, so often.
const PATIENCE: u32 = 2;

/// Asks the members and publishes what they are.
pub(crate) struct Watcher {
    members: Arc<Members>,
    opener: Opener,
    topology: Topology,
    max_lag: Duration,
    patience: Duration,
    probes: Vec<Probe>,
    /// Where the writer's event log was in the last round, and when.
    last: (i64, Instant),
}

/// The connection by which one member is asked, and what was heard from it.
struct Probe {
    options: MySqlConnectOptions,
    connection: Option<MySqlConnection>,
    silent: u32,
    heard: Heard,
    error: Option<Refusal>,
    behind_since: Option<Instant>,
}

/// Why a member did not answer.
enum Silence {
    /// It may only be slow.
    Slow,
    /// It refused or is not there.
    Gone(Refusal),
}

impl Watcher {
    pub(super) fn new(
        members: Arc<Members>,
        opener: Opener,
        options: &Options,
    ) -> StoreResult<Self> {
        let probes = opener.targets()?.into_iter().map(|options| Probe {
            options,
            connection: None,
            silent: 0,
            heard: Heard::default(),
            error: None,
            behind_since: None,
        });
        Ok(Self {
            members,
            probes: probes.collect(),
            opener,
            topology: options.topology,
            max_lag: options.max_lag,
            patience: options.deadline,
            last: (0, Instant::now()),
        })
    }

    /// Asks again and again.
    pub(crate) async fn run(mut self) {
        let entropy = SystemEntropy::default();
        loop {
            let started = Instant::now();
            self.look().await;
            // Many processes that started together do not ask together for ever.
            let mut jitter = [0];
            entropy.fill(&mut jitter);
            let jitter = Duration::from_millis(u64::from(jitter[0]));
            let next = started + EVERY - Duration::from_millis(128) + jitter;
            let doubt = async {
                self.members.doubt.notified().await;
                tokio::time::sleep(LEAST).await;
            };
            tokio::select! {
                () = tokio::time::sleep_until(next) => {}
                () = doubt => {}
            }
        }
    }

    /// Asks everybody once and publishes what came of it.
    pub(super) async fn look(&mut self) {
        join_all(self.probes.iter_mut().map(Probe::ask)).await;
        let now = Instant::now();
        self.measure_lags(now);
        let heard: Vec<Heard> = self
            .probes
            .iter()
            .map(|probe| probe.heard.clone())
            .collect();
        let roles = decide(self.topology, &heard, self.max_lag);
        let before = self.members.snapshot();
        let members = self.members_as(&before, roles.writer, &roles.readers).await;
        let after = before.after(members, roles, now, self.patience);
        tell(&before, &after);
        self.members.publish(after);
    }

    /// A replica is behind for as long as it lacks what the writer had a round ago.
    fn measure_lags(&mut self, now: Instant) {
        let (target, since) = self.last;
        for probe in &mut self.probes {
            if probe.heard.head >= target {
                probe.behind_since = None;
            } else {
                probe.behind_since.get_or_insert(since);
            }
            probe.heard.lag = probe
                .behind_since
                .map_or(Duration::ZERO, |since| now - since);
        }
        let newest = self.probes.iter().map(|probe| probe.heard.head).max();
        self.last = (newest.unwrap_or(0), now);
    }

    /// The members with connections that belong to the roles they have now.
    async fn members_as(
        &self,
        before: &Snapshot,
        writer: Option<usize>,
        readers: &[usize],
    ) -> Vec<Member> {
        let mut members = Vec::with_capacity(self.probes.len());
        for (place, probe) in self.probes.iter().enumerate() {
            let old = &before.members[place];
            let kept = (before.writer == Some(place)) == (writer == Some(place))
                && before.readers.contains(&place) == readers.contains(&place);
            let mut pools = old.pools.clone();
            if !kept {
                match self.opener.lazily(place).await {
                    Ok(new) => pools = new,
                    Err(error) => tracing::error!(%error, "no connections can be prepared"),
                }
            }
            members.push(Member {
                address: old.address.clone(),
                view: probe.heard.view.clone(),
                error: probe.error.clone(),
                lag: probe.heard.lag,
                pools,
            });
        }
        members
    }
}

impl Probe {
    async fn ask(&mut self) {
        let connection = self.connection.take();
        let asked = tokio::time::timeout(LIMIT, answer(connection, &self.options)).await;
        match asked.unwrap_or(Err(Silence::Slow)) {
            Ok((connection, view, head)) => {
                self.connection = Some(connection);
                self.silent = 0;
                self.error = None;
                self.heard.view = Some(view);
                self.heard.stale = false;
                self.heard.head = head;
            }
            Err(Silence::Slow) => {
                self.silent += 1;
                self.heard.stale = true;
                let limit = format_args!("no answer within {} ms", LIMIT.as_millis());
                self.error = Some(Obstacle::Unreachable.because(limit));
                if self.silent > PATIENCE {
                    self.heard.view = None;
                }
            }
            Err(Silence::Gone(error)) => {
                self.silent += 1;
                self.heard.view = None;
                self.error = Some(error);
            }
        }
    }
}

/// Asks by `connection`, or by a new one, which is given back.
async fn answer(
    connection: Option<MySqlConnection>,
    options: &MySqlConnectOptions,
) -> Result<(MySqlConnection, MemberView, i64), Silence> {
    let gone = |error: &Error| Silence::Gone(error.into());
    let mut connection = match connection {
        Some(connection) => connection,
        None => MySqlConnection::connect_with(options)
            .await
            .map_err(|error| gone(&error))?,
    };
    let view = probe(&mut connection).await.map_err(|error| gone(&error))?;
    let head = log_head(&mut connection)
        .await
        .map_err(|error| gone(&error))?;
    Ok((connection, view, head))
}

/// The last place of the event log; 0 where the schema is not there yet.
async fn log_head(connection: &mut MySqlConnection) -> Result<i64, Error> {
    const NO_SUCH_TABLE: u16 = 1146;
    let asked = query("SELECT seq FROM heads WHERE name = 'log'").fetch_optional(connection);
    match asked.await {
        Ok(row) => row.map_or(Ok(0), |row| row.try_get(0)),
        Err(Error::Database(error))
            if error
                .try_downcast_ref::<MySqlDatabaseError>()
                .is_some_and(|error| error.number() == NO_SUCH_TABLE) =>
        {
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

/// One line in the log for each change, since it explains every other line around it.
fn tell(before: &Snapshot, after: &Snapshot) {
    let named = |place: Option<usize>| place.map_or("none", |place| &after.members[place].address);
    if before.writer != after.writer {
        tracing::warn!(
            from = named(before.writer),
            to = named(after.writer),
            epoch = after.epoch,
            gap = ?after.last_gap,
            "the database has another writer"
        );
    }
    if after.split_brain && !before.split_brain {
        tracing::error!("{SPLIT_BRAIN}: none is written to");
    }
    if after.read_only != before.read_only {
        tracing::warn!(read_only = after.read_only, "the read-only mode changed");
    }
    for (old, new) in before.members.iter().zip(&after.members) {
        if old.error != new.error {
            let error = new.error.as_ref().map(ToString::to_string);
            let error = error.as_deref().unwrap_or("none");
            tracing::info!(member = %new.address, error, "a member of the database");
        }
    }
}
