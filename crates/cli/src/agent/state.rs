//! What the parts of the agent know in common.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use config::Config;
use telemetry::BackupFigures;
use tokio::time::Instant;

use crate::backup::{self, Manifest, Proof};

/// A part that has not moved for so long has died.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Shared by the parts.
pub(super) struct State {
    /// The folder of the backups.
    pub(super) dir: PathBuf,
    moment: Mutex<Moment>,
    wanted: AtomicBool,
}

#[derive(Default)]
struct Moment {
    durations: BTreeMap<&'static str, f64>,
    /// All that was committed up to then is archived.
    archived: Option<Instant>,
    /// When the part that archives last moved.
    beat: Option<Instant>,
}

impl State {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            dir: config.backup.dir.clone(),
            moment: Mutex::default(),
            wanted: AtomicBool::new(false),
        }
    }

    /// The newest backup that can be read.
    pub(super) fn newest(&self) -> Option<(String, Manifest)> {
        let names = backup::list(&self.dir).ok()?.into_iter();
        let mut read = names.filter_map(|name| {
            let manifest = Manifest::read(&self.dir.join(&name)).ok()?;
            Some((name, manifest))
        });
        read.next()
    }

    /// Asks for a backup before it is time for one.
    pub(super) fn want(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    /// Whether one was asked for since this was last asked.
    pub(super) fn take_wish(&self) -> bool {
        self.wanted.swap(false, Ordering::Relaxed)
    }

    pub(super) fn took(&self, step: &'static str, since: Instant) {
        let seconds = since.elapsed().as_secs_f64();
        self.moment().durations.insert(step, seconds);
    }

    /// The part that archives moves.
    pub(super) fn beat(&self) {
        self.moment().beat = Some(Instant::now());
    }

    /// All that was committed up to `at` is archived.
    pub(super) fn archived(&self, at: Instant) {
        self.moment().archived = Some(at);
    }

    /// How long ago that was; none before the archive was begun.
    pub(super) fn lag(&self) -> Option<Duration> {
        self.moment().archived.map(|at| at.elapsed())
    }

    pub(super) fn is_alive(&self) -> bool {
        let beat = self.moment().beat;
        beat.is_none_or(|beat| beat.elapsed() < LONGEST_PAUSE)
    }

    pub(super) fn figures(&self) -> BackupFigures {
        let (newest, proof) = (self.newest(), Proof::read(&self.dir));
        let moment = self.moment();
        BackupFigures {
            last_success: newest.as_ref().map_or(0, |(_, it)| it.made_at.timestamp()),
            last_verified: proof.last_sound.map_or(0, |at| at.timestamp()),
            verified: (!proof.backup.is_empty()).then_some(proof.sound),
            stream_lag: moment.archived.map(|at| at.elapsed().as_secs_f64()),
            size: newest.as_ref().map_or(0, |(_, it)| it.size()),
            durations: moment
                .durations
                .iter()
                .map(|(step, took)| (*step, *took))
                .collect(),
        }
    }

    fn moment(&self) -> MutexGuard<'_, Moment> {
        self.moment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
