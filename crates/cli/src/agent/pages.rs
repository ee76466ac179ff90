//! The changes of a SQLite database, archived as they happen: the pages that every commit changed.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Result, bail};
use config::Config;
use kernel::{Clock, SystemClock, Timestamp};
use store::Pin;
use telemetry::Lifecycle;
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::Instant,
};

use super::state::State;
use crate::{
    backup::{
        self, Keys, stamp,
        stream::{self, Appender, Base, Place},
    },
    installation::make_private_dir,
};

/// How often it looks for commits.
const TICK: Duration = Duration::from_millis(500);
/// After a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// The log is let go at this size, and a file of the archive ended.
const MOST: u64 = 32 << 20;
/// A whole copy is made so often: restoring has to go through all pieces since the last.
const DAY: Duration = Duration::from_hours(24);

/// The part that archives.
pub(super) struct Pages {
    database: PathBuf,
    keys: Keys,
    archive: PathBuf,
    state: Arc<State>,
}

/// From one start to the next failure.
struct Run {
    name: String,
    /// Open for as long as there are connections: whoever closes it takes away every lock that SQLite has on it in this process.
    database: Arc<File>,
    log: PathBuf,
    place: Place,
    number: u64,
    file: Option<Appender>,
    copying: Option<JoinHandle<Result<()>>>,
    copied: Instant,
    /// There is a whole copy that the pieces go on from.
    whole: bool,
}

impl Pages {
    pub(super) fn new(config: &Config, state: Arc<State>) -> Result<Self> {
        Ok(Self {
            database: backup::database(config)?,
            keys: Keys::of(config)?,
            archive: stream::folder(&config.backup.dir),
            state,
        })
    }

    pub(super) async fn run(self, life: Lifecycle) {
        while !life.is_cancelled() {
            self.state.beat();
            if let Err(error) = Box::pin(self.follow(&life)).await {
                tracing::warn!(error = format!("{error:#}"), "the changes are not archived");
            }
            life.pause(PAUSE).await;
        }
    }

    async fn follow(&self, life: &Lifecycle) -> Result<()> {
        if !self.database.exists() {
            return Ok(());
        }
        make_private_dir(&self.archive)?;
        let database = Arc::new(File::open(&self.database)?);
        let mut log = self.database.clone().into_os_string();
        log.push("-wal");
        let mut run = Run {
            name: stamp(SystemClock.now()),
            database: Arc::clone(&database),
            log: log.into(),
            place: Place::default(),
            number: 0,
            file: None,
            copying: None,
            copied: Instant::now(),
            whole: false,
        };
        let mut pin = Pin::new(&self.database).await?;
        let outcome = Box::pin(self.keep_up(&mut pin, &mut run, life)).await;
        drop(pin);
        if let Some(copying) = run.copying.take() {
            copying.await??;
        }
        outcome
    }

    async fn keep_up(&self, pin: &mut Pin, run: &mut Run, life: &Lifecycle) -> Result<()> {
        // What is in the log by now is in the copy.
        let begun = pin.turn(|| run.place.read(&run.log).map(drop)).await?;
        if !begun {
            bail!("somebody reads from the database for long");
        }
        self.copy(run);
        tracing::info!(database = %self.database.display(), "archiving its changes");
        while !life.is_cancelled() {
            self.state.beat();
            self.look(pin, run).await?;
            life.pause(TICK).await;
        }
        self.archive(run)
    }

    async fn look(&self, pin: &mut Pin, run: &mut Run) -> Result<()> {
        let at = Instant::now();
        self.archive(run)?;
        if let Some(copying) = run.copying.take_if(|it| it.is_finished()) {
            copying.await??;
            run.whole = true;
        }
        if run.whole {
            self.state.archived(at);
        }
        let is_old = run.copied.elapsed() > DAY;
        if run.copying.is_none() && (is_old || run.place.size() > MOST) {
            let turned = pin.turn(|| self.archive(run)).await?;
            if turned && is_old {
                self.copy(run);
            }
        }
        Ok(())
    }

    /// Begins a whole copy of the database as it is now: nothing is carried into it before the log is let go again.
    fn copy(&self, run: &mut Run) {
        let (archive, keys) = (self.archive.clone(), self.keys.clone());
        let database = Arc::clone(&run.database);
        let (now, name, number) = (SystemClock.now(), run.name.clone(), run.number);
        run.copied = Instant::now();
        run.copying = Some(spawn_blocking(move || {
            Base::make(&archive, &keys, &database, (now, &name, number))
        }));
    }

    /// Archives what was committed since it last did.
    fn archive(&self, run: &mut Run) -> Result<()> {
        let begun = SystemClock.now();
        let Some(pages) = run.place.read(&run.log)? else {
            return Ok(());
        };
        let now = SystemClock.now();
        let file = if let Some(file) = run.file.take().filter(|file| file.size < MOST) {
            run.file.insert(file)
        } else {
            run.file.insert(self.begin(&self.archive, now, &run.name)?)
        };
        run.number += 1;
        file.append(run.number.to_string(), (begun, now), &pages.encode())
    }

    fn begin(&self, archive: &Path, now: Timestamp, run: &str) -> Result<Appender> {
        Appender::begin(archive, &self.keys, now, run.to_owned(), &[])
    }
}
