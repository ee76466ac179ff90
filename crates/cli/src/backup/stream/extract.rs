//! Taking out of the archive what a backup lacks.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use data_encoding::HEXLOWER;
use kernel::Timestamp;
use store::group::GtidSet;

use super::{
    Piece, Pieces, Splitter, files,
    statements::{Fate, fate},
};
use crate::backup::Keys;

/// What was replayed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Replayed {
    pub(crate) transactions: u64,
    /// When the last of them was committed.
    pub(crate) last: Option<Timestamp>,
    /// The archive goes on after that.
    pub(crate) stopped: bool,
}

/// Writes the transactions on `database` that are not in `has` into binary logs in `place`, those up to `to`, in the order in which they were
/// committed.
///
/// # Errors
/// Where something is missing in between, or damaged.
pub(crate) fn extract(
    archive: &Path,
    keys: &Keys,
    database: &str,
    (has, to): (GtidSet, Option<Timestamp>),
    place: &Path,
) -> Result<(Vec<PathBuf>, Replayed)> {
    let mut course = Course {
        database,
        has,
        to,
        logs: Vec::new(),
        replayed: Replayed::default(),
    };
    for path in files(archive)? {
        let Some(mut pieces) = Pieces::open(&path)? else {
            continue;
        };
        let name = place.join(format!("{:06}", course.logs.len()));
        course.file(&mut pieces, &path, keys, &name)?;
        if course.replayed.stopped {
            break;
        }
    }
    Ok((course.logs, course.replayed))
}

struct Course<'a> {
    database: &'a str,
    has: GtidSet,
    to: Option<Timestamp>,
    logs: Vec<PathBuf>,
    replayed: Replayed,
}

impl Course<'_> {
    fn file(&mut self, pieces: &mut Pieces, path: &Path, keys: &Keys, log: &Path) -> Result<()> {
        let before: GtidSet = pieces.head.after.parse()?;
        let preamble = HEXLOWER.decode(pieces.head.preamble.as_bytes())?;
        let mut splitter = Splitter::after(preamble);
        let mut file = None;
        while let Some(piece) = pieces.next()? {
            let holds: GtidSet = piece.holds.parse()?;
            if self.has.contains(&holds) {
                pieces.skip(&piece)?;
                continue;
            }
            // Whoever stops before it does not miss anything either.
            if self.is_over(piece.first) {
                self.replayed.stopped = true;
                break;
            }
            let missing = before.minus(&self.has);
            ensure!(
                missing.is_empty(),
                "the archive is not whole: before {} the transactions {missing} are missing. Restore to an earlier time",
                path.display()
            );
            let file = match &mut file {
                Some(file) => file,
                none => {
                    self.logs.push(log.to_owned());
                    let mut made = BufWriter::new(File::create_new(log)?);
                    made.write_all(splitter.preamble())?;
                    none.insert(made)
                }
            };
            self.piece(pieces, &piece, keys, &mut splitter, file)?;
            if self.replayed.stopped {
                break;
            }
        }
        if let Some(mut file) = file {
            file.flush()?;
        }
        Ok(())
    }

    fn piece(
        &mut self,
        pieces: &mut Pieces,
        piece: &Piece,
        keys: &Keys,
        splitter: &mut Splitter,
        file: &mut impl Write,
    ) -> Result<()> {
        let bytes = pieces.read(piece, keys)?;
        splitter.feed(&bytes, |transaction| {
            let mut one = GtidSet::default();
            one.add(&transaction.source, transaction.number);
            if self.replayed.stopped || self.has.contains(&one) {
                return Ok(());
            }
            if self.is_over(transaction.at) {
                self.replayed.stopped = true;
                return Ok(());
            }
            self.has.add(&transaction.source, transaction.number);
            match fate(transaction.bytes, self.database)? {
                Fate::Replay => file.write_all(transaction.bytes)?,
                Fate::Leave => return Ok(()),
                Fate::Stop => {
                    self.replayed.stopped = true;
                    return Ok(());
                }
            }
            self.replayed.transactions += 1;
            self.replayed.last = Some(transaction.at);
            Ok(())
        })
    }

    fn is_over(&self, at: Timestamp) -> bool {
        self.to.is_some_and(|to| at > to)
    }
}
