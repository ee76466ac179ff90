//! A local append-only journal: a record is on disk before its caller goes on, and waits there to be drained.

mod copy;
mod frame;
mod queue;
mod recovery;
mod segment;
mod writer;

use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::{self, JoinHandle},
};

use tokio::sync::{oneshot, watch};

pub use copy::{IdleJournal, copy_journal};
use frame::Found;
use queue::Waiting;
use segment::{Frames, Place};
use writer::Shared;

/// How a journal is laid out.
#[derive(Debug, Clone, Copy)]
pub struct JournalOptions {
    /// Length of a segment file, in bytes. Two of them exist from the start, filled with zeros.
    pub segment_bytes: u64,
    /// Most records that wait for the disk at the same moment.
    pub queue: usize,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            segment_bytes: 64 * 1024 * 1024,
            queue: 16_384,
        }
    }
}

/// A record, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What was appended.
    pub payload: Vec<u8>,
    /// The position after it: where to read on.
    pub next: u64,
}

/// Why a journal does not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// Another process, or another part of this one, has it open.
    #[error("the journal in {0} is in use by another process")]
    Locked(PathBuf),
    /// As many records as allowed wait for the disk. This one was not taken; later ones may be.
    #[error("too many records wait for the disk")]
    Overloaded,
    /// A record has to fit in one segment.
    #[error("a record of {length} bytes is longer than the {most} that a segment takes")]
    TooLong {
        /// Bytes of the record.
        length: usize,
        /// Most bytes of a record.
        most: usize,
    },
    /// The disk refused, or is full. This record is not acknowledged; later ones may be.
    #[error("the disk refuses: {0}")]
    Io(#[source] Arc<io::Error>),
    /// A write or its sync failed, so what the disk holds is not known. Nothing is taken until the journal is opened
    /// again; reading goes on.
    #[error("the journal takes no records since a write failed: {0}")]
    Broken(#[source] Arc<io::Error>),
    /// The writer is gone.
    #[error("the journal is closed")]
    Closed,
    /// A position that this journal has not reached: it belongs to another one, or a part of this one was lost.
    #[error("position {position} is behind the end of the journal, {end}")]
    Beyond {
        /// The position asked for.
        position: u64,
        /// The end.
        end: u64,
    },
    /// What lies at a position is not a record.
    #[error("no record lies at position {position}; the next segment begins at {resume}")]
    Corrupt {
        /// The position.
        position: u64,
        /// Where reading may go on, if what lies between is given up.
        resume: u64,
    },
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

/// An open journal. Dropping it writes what waits, syncs, and blocks until that is done.
///
/// A position counts bytes since the journal was made; it never goes back, and it may jump at the end of a segment.
pub struct Journal {
    dir: PathBuf,
    name: String,
    options: JournalOptions,
    shared: Arc<Shared>,
    /// Held while segments are read or released: a released segment is written over.
    old: Mutex<()>,
    writer: Option<JoinHandle<()>>,
    _lock: File,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("dir", &self.dir)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the journal in `dir`, or makes it. What a crash cut short is dropped: none of it was acknowledged.
    /// Blocks for as long as reading and writing about two segments takes.
    ///
    /// # Errors
    /// [`JournalError::Locked`], [`JournalError::Io`].
    pub fn open(dir: impl Into<PathBuf>, options: JournalOptions) -> Result<Self, JournalError> {
        let dir = dir.into();
        fs::create_dir_all(&dir)?;
        let lock = recovery::lock(&dir)?;
        let name = recovery::name(&dir)?;
        let writer = recovery::recover(&dir, options)?;
        let shared = writer.shared();
        let thread = thread::Builder::new().name("journal".to_owned());
        let writer = Some(thread.spawn(move || writer.run())?);
        Ok(Self {
            dir,
            name,
            options,
            shared,
            old: Mutex::new(()),
            writer,
            _lock: lock,
        })
    }

    /// Names this journal wherever its directory is mounted; made once, at random.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Appends a record; gives the position after it once it is on disk. A caller that goes away leaves the
    /// record in the queue: it may become durable all the same.
    ///
    /// # Errors
    /// [`JournalError::TooLong`], [`JournalError::Overloaded`], [`JournalError::Io`], [`JournalError::Broken`],
    /// [`JournalError::Closed`]: the record is not durable.
    pub async fn append(&self, payload: Vec<u8>) -> Result<u64, JournalError> {
        let most = frame::longest(self.options.segment_bytes);
        if payload.len() > most {
            return Err(JournalError::TooLong {
                length: payload.len(),
                most,
            });
        }
        let (answer, durable) = oneshot::channel();
        self.shared
            .queue
            .push(Waiting { payload, answer }, self.options.queue)?;
        durable.await.unwrap_or(Err(JournalError::Closed))
    }

    /// Up to `most` durable records that follow `position`, in order. Blocks on the disk. Where the segment of
    /// `position` was released, reading begins with the first one that was not.
    ///
    /// # Errors
    /// [`JournalError::Beyond`], [`JournalError::Corrupt`] (then no records are given), [`JournalError::Io`].
    pub fn read_after(&self, position: u64, most: usize) -> Result<Vec<Record>, JournalError> {
        let _old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        let end = *self.shared.durable.borrow();
        if position > end {
            return Err(JournalError::Beyond { position, end });
        }
        let mut records = Vec::new();
        let mut at = position;
        while at < end && records.len() < most {
            match self.read_segment(at, end, most, &mut records) {
                Ok(next) => at = next,
                // What was read comes first; the next call meets the error again.
                Err(JournalError::Corrupt { .. }) if !records.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    /// Reads on from `at` in one segment; gives where to go on.
    fn read_segment(
        &self,
        at: u64,
        end: u64,
        most: usize,
        records: &mut Vec<Record>,
    ) -> Result<u64, JournalError> {
        let (base, after) = match segment::locate(&self.shared.segments(), at) {
            Place::In { base, after } => (base, after),
            Place::Before { first } => return Ok(first),
            Place::Gap { resume } => {
                return Err(JournalError::Corrupt {
                    position: at,
                    resume,
                });
            }
        };
        let mut frames = Frames::open(&self.dir, base, at, after.min(end))?;
        while records.len() < most {
            match frames.read()? {
                Found::Payload(payload) => records.push(Record {
                    payload,
                    next: frames.position(),
                }),
                Found::End => return Ok(after),
                Found::Torn => {
                    return Err(JournalError::Corrupt {
                        position: frames.position(),
                        resume: after,
                    });
                }
            }
        }
        Ok(frames.position())
    }

    /// Gives up the segments that lie wholly below `position`. Blocks on the disk.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn release(&self, position: u64) -> Result<(), JournalError> {
        let _old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let mut segments = self.shared.segments();
            // The last one stays whatever happens: it knows the position of the journal.
            let first = segments
                .first_entry()
                .filter(|first| first.key() + first.get() <= position);
            let Some(base) = first
                .map(|first| *first.key())
                .filter(|_| segments.len() > 1)
            else {
                return Ok(());
            };
            segment::retire(&self.dir, base)?;
            segments.remove(&base);
        }
    }

    /// The position up to which everything is durable, to read and to wait on.
    pub fn durable_end(&self) -> watch::Receiver<u64> {
        self.shared.durable.subscribe()
    }

    /// How often the disk was asked to sync records since the journal was opened.
    pub fn syncs(&self) -> u64 {
        self.shared.syncs.load(Ordering::Relaxed)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.queue.close();
        if let Some(writer) = self.writer.take() {
            drop(writer.join());
        }
    }
}
