//! The files of a journal: `<position of the first byte, 20 digits>.log`, written with zeros before they are used.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use super::frame::{self, Found};

/// A released segment that the next one is made of: its blocks are allocated already.
const SPARE: &str = "spare";
/// A segment that is not all zeros yet.
const UNREADY: &str = "unready";
const BLOCK: usize = 256 * 1024;
const BURST: u64 = 1024 * 1024;

/// Position of the first byte and length of every segment.
pub(super) type Segments = BTreeMap<u64, u64>;

pub(super) fn path(dir: &Path, base: u64) -> PathBuf {
    dir.join(format!("{base:020}.log"))
}

/// The segments in `dir`.
pub(super) fn list(dir: &Path) -> io::Result<Segments> {
    let mut segments = Segments::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_suffix(".log"));
        if let Some(base) = digits
            .filter(|digits| digits.len() == 20)
            .and_then(|digits| digits.parse().ok())
        {
            segments.insert(base, entry.metadata()?.len());
        }
    }
    Ok(segments)
}

/// Where a position lies.
pub(super) enum Place {
    /// In the segment at `base`, which ends at `after`.
    In { base: u64, after: u64 },
    /// Below every segment that was kept.
    Before { first: u64 },
    /// Where a segment is missing, or behind all of them.
    Gap { resume: u64 },
}

pub(super) fn locate(segments: &Segments, position: u64) -> Place {
    let below = segments.range(..=position).next_back();
    let above = segments.range(position..).next().map(|(base, _)| *base);
    match (below, above) {
        (Some((&base, length)), _) if position < base + length => Place::In {
            base,
            after: base + length,
        },
        (None, Some(first)) => Place::Before { first },
        (_, above) => Place::Gap {
            resume: above.unwrap_or(position),
        },
    }
}

/// Makes names that were given or taken away in `dir` durable.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Takes a segment out of the journal.
pub(super) fn retire(dir: &Path, base: u64) -> io::Result<()> {
    fs::rename(path(dir, base), dir.join(SPARE))
}

/// A segment of zeros, durable under its name, ready to be written from its start.
pub(super) fn prepare(dir: &Path, base: u64, length: u64) -> io::Result<File> {
    let unready = dir.join(UNREADY);
    match fs::rename(dir.join(SPARE), &unready) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = fill(&unready, length).inspect_err(|_| {
        // A full disk must not stay full because of a file that nobody can use.
        drop(fs::remove_file(&unready));
    })?;
    fs::rename(&unready, path(dir, base))?;
    sync_dir(dir)?;
    Ok(file)
}

/// Writes `length` zeros, over what is there. A little at a time: records that are synced meanwhile wait behind it.
fn fill(path: &Path, length: u64) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    file.set_len(length)?;
    let mut left = length;
    while left > 0 {
        let some = left.min(BURST);
        io::copy(&mut io::repeat(0).take(some), &mut file)?;
        file.sync_data()?;
        left -= some;
    }
    file.sync_all()?;
    file.rewind()?;
    Ok(file)
}

/// A segment that is being prepared on a thread of its own.
pub(super) type Preparation = JoinHandle<io::Result<File>>;

/// Starts [`prepare`]; `None` where the system has no thread to give.
pub(super) fn start(dir: &Path, base: u64, length: u64) -> Option<Preparation> {
    let dir = dir.to_owned();
    let thread = thread::Builder::new().name("journal-segment".to_owned());
    thread.spawn(move || prepare(&dir, base, length)).ok()
}

/// Waits for what [`start`] began.
pub(super) fn finish(preparation: Preparation) -> io::Result<File> {
    preparation
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("preparing a segment panicked")))
}

/// Reads frames of one segment in turn.
pub(super) struct Frames {
    input: BufReader<File>,
    position: u64,
    until: u64,
}

impl Frames {
    /// The frames from `position` to `until`, both inside the segment at `base`.
    pub(super) fn open(dir: &Path, base: u64, position: u64, until: u64) -> io::Result<Self> {
        let mut file = File::open(path(dir, base))?;
        file.seek(SeekFrom::Start(position - base))?;
        Ok(Self {
            input: BufReader::with_capacity(BLOCK, file),
            position,
            until,
        })
    }

    /// Where the next frame begins.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn read(&mut self) -> io::Result<Found> {
        let room = self.until - self.position;
        let found = frame::read(&mut self.input, self.position, room)?;
        if let Found::Payload(payload) = &found {
            self.position += frame::size(payload) as u64;
        }
        Ok(found)
    }
}

/// Where the whole frames of a segment end, and whether something that is no frame follows.
pub(super) fn scan(dir: &Path, base: u64, length: u64) -> io::Result<(u64, bool)> {
    let mut frames = Frames::open(dir, base, base, base + length)?;
    loop {
        match frames.read()? {
            Found::Payload(_) => {}
            Found::End => return Ok((frames.position(), false)),
            Found::Torn => return Ok((frames.position(), true)),
        }
    }
}

/// Opens a segment for writing at `end`, with nothing but zeros behind it.
///
/// All of it is written again: after a failed sync the system may hold frames in memory as clean which never reached
/// the disk, and what follows them must not depend on that. Remains of a write that a crash cut short go the same way,
/// lest they reappear behind a shorter record.
pub(super) fn resume(dir: &Path, base: u64, length: u64, end: u64) -> io::Result<File> {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path(dir, base))?;
    let mut block = vec![0; BLOCK];
    let mut at = 0;
    while at < length {
        let take = usize::try_from(length - at).map_or(BLOCK, |left| left.min(BLOCK));
        let block = &mut block[..take];
        file.read_exact(block)?;
        let keep =
            usize::try_from((end - base).saturating_sub(at)).map_or(take, |keep| keep.min(take));
        block[keep..].fill(0);
        file.seek(SeekFrom::Start(at))?;
        file.write_all(block)?;
        at += take as u64;
    }
    file.sync_all()?;
    file.seek(SeekFrom::Start(end - base))?;
    Ok(file)
}
