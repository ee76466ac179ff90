//! The thread that writes: it takes all records that wait, writes them, syncs once, and answers all.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::sync::{oneshot, watch};

use super::{
    JournalError, JournalOptions, frame,
    segment::{self, Preparation, Segments},
};

/// How long the writer waits, when there is nothing else to do, for a caller to pass answers on.
const PATIENCE: Duration = Duration::from_millis(1);

pub(super) type Answer = oneshot::Sender<Told>;

/// What one caller is told, and the answers of those whose records were synced with its own.
///
/// Waking a task from outside its runtime costs a system call, from inside next to nothing. So the writer wakes one
/// caller of a group, which wakes the others by dropping this.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) outcome: Result<u64, JournalError>,
    _others: Option<Others>,
}

/// Answers that are due. Whoever lets go of them first gives them: the caller they were sent with, or, if that one
/// is not run, the writer.
#[derive(Debug, Clone)]
struct Others(Arc<Mutex<Vec<(Answer, u64)>>>);

impl Drop for Others {
    fn drop(&mut self) {
        let due = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (answer, position) in due {
            tell(answer, Ok(position), None);
        }
    }
}

fn tell(answer: Answer, outcome: Result<u64, JournalError>, others: Option<Others>) {
    // Who has gone away has no use for the answer; the others' are given by dropping it.
    drop(answer.send(Told { outcome, _others: others }));
}

/// A record that waits for the disk, and whom to tell.
struct Waiting {
    payload: Vec<u8>,
    answer: Answer,
}

/// What the writer shares with the handle of the journal.
#[derive(Debug)]
pub(super) struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    segments: Mutex<Segments>,
    pub(super) durable: watch::Sender<u64>,
    pub(super) syncs: AtomicU64,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// The writer sleeps and has to be woken; while it is awake it looks again by itself.
    asleep: bool,
    /// Why nothing more is taken.
    closed: Option<JournalError>,
}

impl Queue {
    /// Whether the writer has something to do.
    fn calls(&self) -> bool {
        !self.waiting.is_empty() || self.closed.is_some()
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

impl Shared {
    /// Puts a record into the queue.
    pub(super) fn push(&self, payload: Vec<u8>, answer: Answer, most: usize) -> Result<(), JournalError> {
        let mut queue = self.queue();
        if let Some(error) = &queue.closed {
            return Err(error.clone());
        }
        if queue.waiting.len() >= most {
            return Err(JournalError::Overloaded);
        }
        queue.waiting.push_back(Waiting { payload, answer });
        let wake = mem::take(&mut queue.asleep);
        drop(queue);
        if wake {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Takes no more records; the writer ends when it has written those that wait.
    pub(super) fn close(&self) {
        self.queue().closed.get_or_insert(JournalError::Closed);
        self.arrived.notify_one();
    }

    pub(super) fn segments(&self) -> MutexGuard<'_, Segments> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Swaps what waits into `batch`, which is empty; false: nothing waits, and nothing more will come.
    fn take(&self, batch: &mut VecDeque<Waiting>) -> bool {
        let mut queue = self.queue();
        mem::swap(&mut queue.waiting, batch);
        queue.closed.is_none() || !batch.is_empty()
    }

    /// Sleeps until something waits or the queue is closed, or for `most`; false: it was for `most`.
    fn sleep(&self, most: Option<Duration>) -> bool {
        let mut queue = self.queue();
        if queue.calls() {
            return true;
        }
        queue.asleep = true;
        queue = match most {
            Some(most) => {
                self.arrived.wait_timeout(queue, most).unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner),
        };
        queue.asleep = false;
        queue.calls()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the queue however the writer ends, so that nobody waits for an answer that cannot come.
struct End(Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        let error = queue.closed.get_or_insert(JournalError::Closed).clone();
        refuse(queue.waiting.drain(..).map(|waiting| waiting.answer), &error);
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
    /// The answers of the last sync that a caller was sent to give.
    due: Option<Others>,
}

impl Writer {
    /// Goes on at `end`, where `file`, the last of `segments`, stands.
    pub(super) fn new(dir: &Path, options: JournalOptions, segments: Segments, file: File, end: u64) -> Self {
        let limit = segments.last_key_value().map_or(end, |(base, length)| base + length);
        let shared = Shared {
            queue: Mutex::default(),
            arrived: Condvar::new(),
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
            due: None,
        }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Writes until the journal is closed or broken.
    pub(super) fn run(mut self) {
        let _end = End(self.shared());
        let mut batch = VecDeque::new();
        while self.shared.take(&mut batch) {
            if batch.is_empty() {
                if !self.shared.sleep(self.due.as_ref().map(|_| PATIENCE)) {
                    self.due = None;
                }
                // On a core that both share, the callers that are ready now bring their records first.
                thread::yield_now();
                continue;
            }
            let Err(error) = self.commit(&mut batch) else { continue };
            tracing::error!(%error, "records were not made durable");
            refuse(batch.drain(..).map(|waiting| waiting.answer), &error);
            if matches!(error, JournalError::Broken(_)) {
                self.shared.queue().closed = Some(error);
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
        let synced = self.file.write_all(&self.frames).and_then(|()| self.file.sync_data());
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
        let mut written = mem::take(&mut self.written);
        self.due = None;
        if let Some((answer, position)) = written.pop() {
            if !written.is_empty() {
                self.due = Some(Others(Arc::new(Mutex::new(written))));
            }
            tell(answer, Ok(position), self.due.clone());
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

fn refuse(answers: impl Iterator<Item = Answer>, error: &JournalError) {
    for answer in answers {
        tell(answer, Err(error.clone()), None);
    }
}
