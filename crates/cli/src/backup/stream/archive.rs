//! The files of the archive.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use data_encoding::HEXLOWER;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::group::GtidSet;

use crate::{
    backup::{Keys, stamp, sync},
    installation::make_private_dir,
};

const FORMAT: u32 = 1;
const ENDING: &str = ".changes";
/// Longer is no line of ours.
const LONGEST_LINE: u64 = 1 << 20;

/// How a file begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    format: u32,
    /// When it was begun.
    pub(crate) began: Timestamp,
    /// The transactions that are in a backup or in earlier files; on SQLite the run of the agent that wrote it.
    pub(crate) after: String,
    /// The beginning of a binary log, which says how the rest is to be read; in hexadecimal.
    pub(crate) preamble: String,
}

/// What is said of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Piece {
    /// The transactions in it; on SQLite its number.
    pub(crate) holds: String,
    /// When the first of them was committed.
    pub(crate) first: Timestamp,
    /// When the last was.
    pub(crate) last: Timestamp,
    /// Bytes, as they are packed.
    pub(crate) size: u64,
    /// Of these bytes.
    sha256: String,
    /// Whether they are encrypted.
    encrypted: bool,
}

/// The names of the files, oldest first.
pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("{} cannot be read", dir.display()))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(ENDING) {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// What the archive holds up to its end, with what was before it; none where it is empty.
pub(crate) fn tail(dir: &Path) -> Result<Option<GtidSet>> {
    for path in files(dir)?.iter().rev() {
        let Some(mut pieces) = Pieces::open(path)? else {
            continue;
        };
        let mut all: GtidSet = pieces.head.after.parse()?;
        while let Some(piece) = pieces.next()? {
            all = all.union(&piece.holds.parse()?);
            pieces.skip(&piece)?;
        }
        return Ok(Some(all));
    }
    Ok(None)
}

/// When the first and the last transaction in the archive were committed; none where it is empty.
pub(crate) fn span(dir: &Path) -> Result<Option<(Timestamp, Timestamp)>> {
    let mut span: Option<(Timestamp, Timestamp)> = None;
    for path in files(dir)? {
        let Some(mut pieces) = Pieces::open(&path)? else {
            continue;
        };
        while let Some(piece) = pieces.next()? {
            let first = span.map_or(piece.first, |(first, _)| first);
            span = Some((first, piece.last));
            pieces.skip(&piece)?;
        }
    }
    Ok(span)
}

/// Removes files, from the oldest on, as long as every piece of them is one that nobody needs.
pub(super) fn prune(dir: &Path, needless: impl Fn(&Piece) -> Result<bool>) -> Result<()> {
    let mut files = files(dir)?;
    // The last one is still written to.
    files.pop();
    for path in files {
        if let Some(mut pieces) = Pieces::open(&path)? {
            while let Some(piece) = pieces.next()? {
                if !needless(&piece)? {
                    return Ok(());
                }
                pieces.skip(&piece)?;
            }
        }
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Whether every piece is as it was written, whoever needs it.
pub(crate) fn check(dir: &Path) -> Result<()> {
    for path in files(dir)? {
        let Some(mut pieces) = Pieces::open(&path)? else {
            continue;
        };
        while let Some(piece) = pieces.next()? {
            pieces.check(&piece)?;
        }
    }
    Ok(())
}

/// A file that is being written.
pub(crate) struct Appender {
    file: File,
    keys: Keys,
    /// When it was begun.
    pub(crate) began: Timestamp,
    /// Bytes so far.
    pub(crate) size: u64,
}

impl Appender {
    pub(crate) fn begin(
        dir: &Path,
        keys: &Keys,
        now: Timestamp,
        after: String,
        preamble: &[u8],
    ) -> Result<Self> {
        make_private_dir(dir)?;
        let path = dir.join(format!("{}{ENDING}", stamp(now)));
        let file = File::create_new(&path);
        let mut file = file.with_context(|| format!("{} cannot be made", path.display()))?;
        let head = Head {
            format: FORMAT,
            began: now,
            after,
            preamble: HEXLOWER.encode(preamble),
        };
        let mut line = serde_json::to_vec(&head)?;
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_data()?;
        sync(dir)?;
        Ok(Self {
            file,
            keys: keys.clone(),
            began: now,
            size: line.len() as u64,
        })
    }

    /// Appends a piece; it is on the disk when this returns.
    pub(crate) fn append(
        &mut self,
        holds: String,
        (first, last): (Timestamp, Timestamp),
        bytes: &[u8],
    ) -> Result<()> {
        let packed = self.keys.packed(bytes)?;
        let piece = Piece {
            holds,
            first,
            last,
            size: packed.len() as u64,
            sha256: HEXLOWER.encode(&Sha256::digest(&packed)),
            encrypted: self.keys.encrypt(),
        };
        let mut whole = serde_json::to_vec(&piece)?;
        whole.push(b'\n');
        whole.extend_from_slice(&packed);
        self.file.write_all(&whole)?;
        self.file.sync_data()?;
        self.size += whole.len() as u64;
        Ok(())
    }
}

/// A file that is being read.
pub(crate) struct Pieces {
    path: PathBuf,
    file: BufReader<File>,
    length: u64,
    pub(crate) head: Head,
}

impl Pieces {
    /// Opens a file; none where its process died before it had written the first line.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut file = BufReader::new(file);
        let Some(head) = line::<Head>(&mut file, path)? else {
            return Ok(None);
        };
        ensure!(
            head.format == FORMAT,
            "{} was written by a newer Inviter: use that version",
            path.display()
        );
        Ok(Some(Self {
            path: path.to_owned(),
            file,
            length,
            head,
        }))
    }

    /// What is said of the next piece; none at the end, and where the last one was cut short: that one was appended again, to the
    /// next file.
    pub(crate) fn next(&mut self) -> Result<Option<Piece>> {
        let Some(piece) = line::<Piece>(&mut self.file, &self.path)? else {
            return Ok(None);
        };
        let whole = self.file.stream_position()? + piece.size <= self.length;
        Ok(Some(piece).filter(|_| whole))
    }

    /// Goes on behind it.
    pub(crate) fn skip(&mut self, piece: &Piece) -> Result<()> {
        self.file
            .seek(SeekFrom::Current(i64::try_from(piece.size)?))?;
        Ok(())
    }

    /// Goes on behind it, and checks that it is as it was written.
    pub(crate) fn check(&mut self, piece: &Piece) -> Result<Vec<u8>> {
        let mut packed = vec![0; usize::try_from(piece.size)?];
        self.file.read_exact(&mut packed)?;
        ensure!(
            HEXLOWER.encode(&Sha256::digest(&packed)) == piece.sha256,
            "{} is damaged: use an earlier time",
            self.path.display()
        );
        Ok(packed)
    }

    /// What is in it.
    pub(crate) fn read(&mut self, piece: &Piece, keys: &Keys) -> Result<Vec<u8>> {
        let packed = self.check(piece)?;
        let name = if piece.encrypted {
            "piece.zst.age"
        } else {
            "piece.zst"
        };
        let mut bytes = Vec::new();
        let mut unpacked = keys.unpacking(name, packed.as_slice())?;
        let read = unpacked.read_to_end(&mut bytes);
        read.with_context(|| format!("{} is damaged", self.path.display()))?;
        Ok(bytes)
    }
}

/// The next line; none where there is none, or not all of it.
fn line<T: for<'a> Deserialize<'a>>(file: &mut BufReader<File>, path: &Path) -> Result<Option<T>> {
    let mut line = Vec::new();
    file.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if !line.ends_with(b"\n") && (line.len() as u64) < LONGEST_LINE {
        return Ok(None);
    }
    let read = serde_json::from_slice(&line);
    Ok(Some(read.with_context(|| {
        format!("{} is damaged: use an earlier time", path.display())
    })?))
}
