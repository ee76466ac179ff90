//! The thread that writes: it takes all records that wait, writes them, syncs once, and answers all.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::{
    JournalError, JournalOptions, frame,
    queue::{Answer, Queue, Waiting, refuse},
    segment::{self, Preparation, Segments},
};

/// What the writer shares with the handle of the journal.
pub(super) struct Shared {
    pub(super) queue: Queue,
    segments: Mutex<Segments>,
    pub(super) durable: watch::Sender<u64>,
    pub(super) syncs: AtomicU64,
}

impl Shared {
    pub(super) fn segments(&self) -> MutexGuard<'_, Segments> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the queue however the writer ends, so that nobody waits for an answer that cannot come.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.queue.abandon(JournalError::Closed);
    }
}

/// The writing end of a journal.
pub(super) struct Writer {
    dir: PathBuf,
    options: JournalOptions,
    shared: Arc<Shared>,
    /// The last segment; it stands where the next frame begins.
    file: File,
    /// The position after the last frame.
    end: u64,
    /// The position after the last segment.
    limit: u64,
    /// The segment after it, if it is being prepared.
    next: Option<Preparation>,
    /// The frames of one write, and whom to tell about each.
    frames: Vec<u8>,
    written: Vec<(Answer, u64)>,
}

impl Writer {
    /// Goes on at `end`, where `file`, the last of `segments`, stands.
    pub(super) fn new(
        dir: &Path,
        options: JournalOptions,
        segments: Segments,
        file: File,
        end: u64,
    ) -> Self {
        let limit = segments
            .last_key_value()
            .map_or(end, |(base, length)| base + length);
        let shared = Shared {
            queue: Queue::default(),
            segments: Mutex::new(segments),
            durable: watch::Sender::new(end),
            syncs: AtomicU64::new(0),
        };
        Self {
            dir: dir.to_owned(),
            options,
            shared: Arc::new(shared),
            file,
            end,
            limit,
            next: segment::start(dir, limit, options.segment_bytes),
            frames: Vec::new(),
            written: Vec::new(),
        }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Writes until the journal is closed or broken.
    pub(super) fn run(mut self) {
        let _end = End(self.shared());
        let mut batch = VecDeque::new();
        while self.shared.queue.take(&mut batch) {
            let Err(error) = self.commit(&mut batch) else {
                continue;
            };
            tracing::error!(%error, "records were not made durable");
            refuse(batch.drain(..).map(|waiting| waiting.answer), &error);
            if matches!(error, JournalError::Broken(_)) {
                self.shared.queue.abandon(error);
                break;
            }
        }
        // The directory is not given up while a segment is being prepared in it.
        drop(self.next.take().map(segment::finish));
    }

    /// Makes the records of `batch` durable, in order. On an error, those that are left in it were not written.
    fn commit(&mut self, batch: &mut VecDeque<Waiting>) -> Result<(), JournalError> {
        loop {
            while let Some(next) = batch.pop_front_if(|next| self.fits(&next.payload)) {
                let position = self.reached();
                frame::put(&mut self.frames, position, &next.payload);
                self.written.push((next.answer, self.reached()));
            }
            // One segment is durable before the next is begun: no record ever lies behind a hole.
            self.flush()?;
            if batch.is_empty() {
                return Ok(());
            }
            self.turn()?;
        }
    }

    /// The position after the frames that wait to be written.
    const fn reached(&self) -> u64 {
        self.end + self.frames.len() as u64
    }

    fn fits(&self, payload: &[u8]) -> bool {
        self.reached() + frame::size(payload) as u64 <= self.limit
    }

    /// Writes the frames, syncs, and answers.
    fn flush(&mut self) -> Result<(), JournalError> {
        if self.frames.is_empty() {
            return Ok(());
        }
        let synced = self
            .file
            .write_all(&self.frames)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = synced {
            // A sync that failed once may report success the next time without having written anything.
            let error = JournalError::Broken(Arc::new(error));
            refuse(self.written.drain(..).map(|(answer, _)| answer), &error);
            return Err(error);
        }
        self.end = self.reached();
        self.frames.clear();
        self.shared.syncs.fetch_add(1, Ordering::Relaxed);
        self.shared.durable.send_replace(self.end);
        for (answer, position) in self.written.drain(..) {
            // Who has gone away has no use for the answer.
            drop(answer.send(Ok(position)));
        }
        Ok(())
    }

    /// Goes on to the next segment. After an error nothing has changed, and the next call tries again.
    fn turn(&mut self) -> io::Result<()> {
        let length = self.options.segment_bytes;
        self.file = match self.next.take() {
            Some(preparation) => segment::finish(preparation)?,
            None => segment::prepare(&self.dir, self.limit, length)?,
        };
        self.shared.segments().insert(self.limit, length);
        self.end = self.limit;
        self.limit += length;
        self.next = segment::start(&self.dir, self.limit, length);
        Ok(())
    }
}
