//! The changes of a MySQL database, archived as they happen.
//!
//! `mysqlbinlog` follows one member and writes down what that sends; it does not connect again by itself, nor to another member. Here it
//! is started with the set of transactions that are archived already, so that it goes on with whichever member where it was.

use std::{collections::VecDeque, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use config::Config;
use kernel::{Clock, Entropy, SystemClock, SystemEntropy, Timestamp};
use store::{Origin, Origins, group::GtidSet};
use telemetry::Lifecycle;
use tokio::{process::Child, time::Instant};

use super::{
    spool::{News, Spool},
    state::State,
};
use crate::{
    backup::{
        Keys,
        mysql::{Client, Target, ended, started},
        stream::{self, Appender, Splitter},
    },
    installation::store_options,
};

/// How often it looks for what came.
const TICK: Duration = Duration::from_millis(250);
/// How often the writer is asked what it has executed.
const SAMPLE: Duration = Duration::from_secs(1);
/// A member that sends nothing for so long while the writer has more is left for another.
const SILENCE: Duration = Duration::from_secs(3);
/// A connection that held so long was a good one.
const GOOD: Duration = Duration::from_mins(1);
/// The longest pause after a failure.
const PAUSE: Duration = Duration::from_secs(10);
/// A file of the archive, and of the spool, is ended at this size.
const MOST: u64 = 64 << 20;
/// A file of the archive is ended at this age, so that old ones can go.
const LONGEST: Duration = Duration::from_hours(6);

/// The part that archives.
pub(super) struct Binlogs {
    config: Config,
    target: Target,
    keys: Keys,
    archive: PathBuf,
    state: Arc<State>,
    /// Which member comes next.
    turn: usize,
}

/// One connection.
struct Session {
    member: String,
    spool: Spool,
    splitter: Splitter,
    file: Option<Appender>,
    /// What is in a backup or archived.
    has: GtidSet,
    /// What the writer had executed at moments of which not all is archived.
    samples: VecDeque<(Instant, GtidSet)>,
    /// When something last came.
    heard: Instant,
}

impl Binlogs {
    pub(super) fn new(config: &Config, state: Arc<State>) -> Result<Self> {
        Ok(Self {
            target: Target::of(config)?,
            keys: Keys::of(config)?,
            archive: stream::folder(&config.backup.dir),
            config: config.clone(),
            state,
            turn: 0,
        })
    }

    pub(super) async fn run(mut self, life: Lifecycle) {
        let mut pause = TICK;
        while !life.is_cancelled() {
            self.state.beat();
            let begun = Instant::now();
            let outcome = Box::pin(self.follow(&life)).await;
            if let Err(error) = &outcome {
                tracing::warn!(error = format!("{error:#}"), "the changes are not archived");
                self.turn += 1;
            }
            pause = if outcome.is_ok() || begun.elapsed() > GOOD {
                TICK
            } else {
                PAUSE.min(pause * 2)
            };
            life.pause(pause).await;
        }
    }

    /// Follows one member until it fails.
    async fn follow(&mut self, life: &Lifecycle) -> Result<()> {
        let Some(backup) = self.backup()? else {
            // The first one is being made: changes are of no use without.
            return Ok(());
        };
        if self.state.lag().is_none() {
            self.state.archived(Instant::now());
        }
        let origins = self.origins().await?;
        let (origin, has) = self.choose(&origins, backup)?;
        let mut session = Session {
            member: origin.address.clone(),
            spool: Spool::new(&self.config.data_dir)?,
            splitter: Splitter::default(),
            file: None,
            has,
            samples: VecDeque::new(),
            heard: Instant::now(),
        };
        let client = Client::new(&self.target.on(&origin.address)?)?;
        let mut child = start(&client, &origin, &session)?;
        tracing::info!(member = %origin.address, "archiving its changes");
        let mut sampled = Instant::now();
        loop {
            self.state.beat();
            self.take(&mut session)?;
            if child.try_wait()?.is_some() {
                self.take(&mut session)?;
                ended("mysqlbinlog", child).await?;
                bail!("{} ended the connection", origin.address);
            }
            if life.is_cancelled() || session.spool.size() > MOST {
                return Ok(());
            }
            if sampled.elapsed() > SAMPLE {
                sampled = Instant::now();
                self.sample(&mut session).await?;
            }
            if session.is_left_behind() {
                bail!("{} sends nothing of what the writer has", origin.address);
            }
            life.pause(TICK).await;
        }
    }

    /// The transactions in the newest backup.
    fn backup(&self) -> Result<Option<GtidSet>> {
        let Some((name, manifest)) = self.state.newest() else {
            return Ok(None);
        };
        let server = manifest
            .mysql
            .with_context(|| format!("{name} is a backup of SQLite"))?;
        let Some(executed) = server.gtid_executed else {
            bail!("the server has `gtid_mode = OFF`: only where it is ON can changes be archived");
        };
        Ok(Some(executed.parse()?))
    }

    async fn origins(&self) -> Result<Origins> {
        let origins = store::origins(&store_options(&self.config)).await?;
        if origins.usable().next().is_none() {
            bail!("no member can be used: {}", origins.faults.join("; "));
        }
        Ok(origins)
    }

    /// A member that still has all that is not archived. Where none has, there is a gap that only another backup ends.
    fn choose(&self, origins: &Origins, backup: GtidSet) -> Result<(Origin, GtidSet)> {
        let archived = stream::tail(&self.archive)?;
        let after = match archived {
            None => vec![backup],
            Some(archived) => vec![archived.clone(), archived.union(&backup)],
        };
        for (place, has) in after.into_iter().enumerate() {
            let fits = |origin: &&Origin| origin.has_gtids && has.contains(&origin.purged);
            let fitting: Vec<_> = origins.usable().filter(fits).collect();
            if let Some(origin) = fitting.get(self.turn % fitting.len().max(1)) {
                if place > 0 {
                    tracing::error!(
                        "changes before the newest backup were lost: they were too old when they were asked for"
                    );
                }
                return Ok(((*origin).clone(), has));
            }
        }
        self.state.want();
        bail!("no member has all changes since the newest backup any more: another backup is made")
    }

    /// Archives what came.
    fn take(&self, session: &mut Session) -> Result<()> {
        loop {
            match session.spool.next()? {
                News::None => return Ok(()),
                News::Next => {
                    session.splitter = Splitter::default();
                    session.file = None;
                }
                News::More(bytes) => {
                    session.heard = Instant::now();
                    self.archive(session, &bytes)?;
                }
            }
        }
    }

    fn archive(&self, session: &mut Session, bytes: &[u8]) -> Result<()> {
        let mut piece = Vec::new();
        let (mut holds, mut times) = (GtidSet::default(), None::<(Timestamp, Timestamp)>);
        session.splitter.feed(bytes, |transaction| {
            piece.extend_from_slice(transaction.bytes);
            holds.add(&transaction.source, transaction.number);
            let first = times.map_or(transaction.at, |(first, _)| first);
            times = Some((first, transaction.at));
            Ok(())
        })?;
        let Some(times) = times else {
            return Ok(());
        };
        let now = SystemClock.now();
        let old = |file: &Appender| {
            let age = (now - file.began).to_std().unwrap_or_default();
            file.size > MOST || age > LONGEST
        };
        let file = if let Some(file) = session.file.take().filter(|file| !old(file)) {
            session.file.insert(file)
        } else {
            let preamble = session.splitter.preamble();
            let begun = Appender::begin(
                &self.archive,
                &self.keys,
                now,
                session.has.to_string(),
                preamble,
            );
            session.file.insert(begun?)
        };
        file.append(holds.to_string(), times, &piece)?;
        session.has = std::mem::take(&mut session.has).union(&holds);
        Ok(())
    }

    /// Asks the writer what it has executed: when all of that is archived, all is that was committed until now.
    async fn sample(&self, session: &mut Session) -> Result<()> {
        let at = Instant::now();
        let origins = self.origins().await?;
        if !origins.usable().any(|it| it.address == session.member) {
            bail!("{} takes no part in the group any more", session.member);
        }
        if let Some(writer) = origins.writer {
            session.samples.push_back((at, writer.executed));
        }
        self.take(session)?;
        while let Some((at, _)) = session
            .samples
            .pop_front_if(|(_, it)| session.has.contains(it))
        {
            self.state.archived(at);
        }
        Ok(())
    }
}

impl Session {
    fn is_left_behind(&self) -> bool {
        let oldest = self.samples.front();
        oldest.is_some_and(|(at, _)| at.elapsed() > SILENCE) && self.heard.elapsed() > SILENCE
    }
}

fn start(client: &Client, origin: &Origin, session: &Session) -> Result<Child> {
    let mut number = [0; 4];
    SystemEntropy::default().fill(&mut number);
    // Whoever asks for the stream is a server too, and each has a number of its own; members have small ones.
    let number = u32::from_le_bytes(number) | 1 << 31;
    let mut command = client.command("mysqlbinlog");
    command
        .args([
            "--read-from-remote-source=BINLOG-DUMP-GTIDS",
            "--raw",
            "--stop-never",
        ])
        .arg(format!("--connection-server-id={number}"))
        .arg(format!("--exclude-gtids={}", session.has))
        .arg(format!("--result-file={}", session.spool.prefix()))
        .arg(&origin.first_log);
    started(&mut command)
}
