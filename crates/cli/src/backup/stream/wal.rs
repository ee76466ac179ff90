//! The write-ahead log of SQLite, read from outside: which pages every commit changed.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, ErrorKind, Read, Result as Outcome, Seek, SeekFrom, Write},
    path::Path,
};

use anyhow::{Context, Result, ensure};

const HEADER: usize = 32;
const FRAME: usize = 24;

/// How far a log was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which log it is: SQLite takes another number whenever it begins anew.
    salt: [u8; 8],
    at: u64,
    sums: [u32; 2],
}

/// The pages that were changed, as they are after the last commit.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    /// How many pages the database has then.
    count: u32,
    size: usize,
    changed: BTreeMap<u32, Vec<u8>>,
}

impl Place {
    /// How much of the log there is.
    pub(crate) const fn size(&self) -> u64 {
        self.at
    }

    /// Reads on, up to the last commit; none where there was none since.
    pub(crate) fn read(&mut self, log: &Path) -> Result<Option<Pages>> {
        let mut file = match File::open(log) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut header = [0; HEADER];
        if file.read_exact(&mut header).is_err() {
            return Ok(None);
        }
        let word = |at: usize| number(&header[at..]);
        let big = word(0) & 1 == 1;
        let size = usize::try_from(word(8))?;
        if header[16..24] != self.salt {
            let sums = summed([0, 0], &header[..24], big);
            if sums != [word(24), word(28)] {
                // It is being written.
                return Ok(None);
            }
            self.salt.copy_from_slice(&header[16..24]);
            (self.at, self.sums) = (HEADER as u64, sums);
        }
        file.seek(SeekFrom::Start(self.at))?;
        Ok(self.commits(BufReader::new(file), size, big)?)
    }

    /// Stops at the first frame that is not of this log: what follows may be megabytes that an earlier one left.
    fn commits(&mut self, mut rest: impl Read, size: usize, big: bool) -> Outcome<Option<Pages>> {
        let (mut done, mut open) = (Pages::default(), Vec::new());
        let (mut at, mut sums) = (self.at, self.sums);
        let mut frame = vec![0; FRAME + size];
        loop {
            match rest.read_exact(&mut frame) {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
                whole => whole?,
            }
            if frame[8..16] != self.salt {
                break;
            }
            sums = summed(summed(sums, &frame[..8], big), &frame[FRAME..], big);
            if sums != [number(&frame[16..]), number(&frame[20..])] {
                break;
            }
            at += frame.len() as u64;
            open.push((number(&frame), frame[FRAME..].to_vec()));
            let count = number(&frame[4..]);
            if count > 0 {
                done.changed.extend(open.drain(..));
                (done.count, done.size) = (count, size);
                (self.at, self.sums) = (at, sums);
            }
        }
        Ok((done.count > 0).then_some(done))
    }
}

impl Pages {
    /// For a piece of the archive.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let size = u32::try_from(self.size).unwrap_or_default();
        let mut bytes = [self.count.to_le_bytes(), size.to_le_bytes()].concat();
        for (page, data) in &self.changed {
            bytes.extend_from_slice(&page.to_le_bytes());
            bytes.extend_from_slice(data);
        }
        bytes
    }
}

/// Brings a database that nobody uses to where it was after a piece of the archive.
pub(crate) fn apply(database: &mut File, piece: &[u8]) -> Result<()> {
    let word = |at: usize| {
        let bytes = piece.get(at..at + 4).context("a piece is cut short")?;
        anyhow::Ok(u32::from_le_bytes(bytes.try_into()?))
    };
    let (count, size) = (u64::from(word(0)?), u64::from(word(4)?));
    ensure!(size >= 512, "a page of {size} bytes cannot be");
    for entry in piece[8..].chunks(usize::try_from(size)? + 4) {
        let (page, data) = entry.split_at(4.min(entry.len()));
        let page = u64::from(u32::from_le_bytes(page.try_into()?));
        ensure!(page > 0 && data.len() as u64 == size, "a page is cut short");
        database.seek(SeekFrom::Start((page - 1) * size))?;
        database.write_all(data)?;
    }
    Ok(database.set_len(count * size)?)
}

fn number(bytes: &[u8]) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[..4]);
    u32::from_be_bytes(word)
}

/// SQLite's checksum over pairs of words, in the order of bytes that the log was begun with.
fn summed([mut one, mut other]: [u32; 2], bytes: &[u8], big: bool) -> [u32; 2] {
    let word = |pair: &[u8]| {
        let word = number(pair);
        if big { word } else { word.swap_bytes() }
    };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(word(pair)).wrapping_add(other);
        other = other.wrapping_add(word(&pair[4..])).wrapping_add(one);
    }
    [one, other]
}
