//! Whole copies of a SQLite database that pieces of the archive go on from.
//!
//! A copy is taken while the database is kept as it is (`store::Pin`), byte by byte: a piece says which pages of that very file were
//! changed. Pieces have numbers, and belong to the run of the agent that made them.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use chrono::NaiveDateTime;
use kernel::Timestamp;

use super::{Pieces, Replayed, archive, files, wal};
use crate::backup::{Keys, stamp, sync};

const MARK: &str = ".base";

/// A whole copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// It holds what was committed up to then.
    pub(crate) taken_at: Timestamp,
    /// The run of the agent.
    pub(crate) run: String,
    /// The last piece that is in it.
    pub(crate) number: u64,
    name: String,
}

impl Base {
    /// `TIME.RUN.NUMBER.base…`
    fn named(name: &str) -> Option<Self> {
        let mut parts = name.split(MARK).next()?.split('.');
        let taken_at = NaiveDateTime::parse_from_str(parts.next()?, "%Y%m%dT%H%M%S%3fZ");
        Some(Self {
            taken_at: taken_at.ok()?.and_utc(),
            run: parts.next()?.to_owned(),
            number: parts.next()?.parse().ok()?,
            name: name.to_owned(),
        })
    }

    /// Copies a database that nothing is carried into meanwhile. The copy is there whole, or not at all. The file stays open: whoever
    /// closes it takes away every lock that SQLite has on it in this process.
    pub(crate) fn make(
        dir: &Path,
        keys: &Keys,
        mut database: &File,
        (taken_at, run, number): (Timestamp, &str, u64),
    ) -> Result<()> {
        let name = keys.packed_name(&format!("{}.{run}.{number}{MARK}", stamp(taken_at)));
        let unfinished = dir.join(".unfinished");
        let mut packing = keys.packing(File::create(&unfinished)?)?;
        database.rewind()?;
        io::copy(&mut database, &mut packing)?;
        packing.finish()?.sync_all()?;
        fs::rename(unfinished, dir.join(name))?;
        Ok(sync(dir)?)
    }
}

/// The copies, newest first.
fn bases(dir: &Path) -> Result<Vec<Base>> {
    let mut bases = Vec::new();
    if dir.exists() {
        for entry in fs::read_dir(dir)? {
            let name = entry?.file_name();
            bases.extend(
                name.to_str()
                    .filter(|it| it.contains(MARK))
                    .and_then(Base::named),
            );
        }
    }
    bases.sort_unstable_by_key(|base| std::cmp::Reverse((base.taken_at, base.number)));
    Ok(bases)
}

/// Puts the database as it was at `to`, or as it was last, in the place of the one at `database`, which is from `since`. None where the
/// archive holds nothing later: then it stays as it is.
///
/// # Errors
/// Where something is missing in between, or damaged.
pub(crate) fn revive(
    dir: &Path,
    keys: &Keys,
    (since, to): (Timestamp, Option<Timestamp>),
    database: &Path,
) -> Result<Option<Replayed>> {
    let before = |at: Timestamp| to.is_none_or(|to| at <= to);
    let found = bases(dir)?.into_iter().find(|base| before(base.taken_at));
    let Some(base) = found else {
        return Ok(None);
    };
    let unpacked = database.with_extension("base");
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create_new(true).mode(0o600);
    let mut file = options.open(&unpacked)?;
    let mut packed = keys.unpacking(&base.name, File::open(dir.join(&base.name))?)?;
    let copied = io::copy(&mut packed, &mut file);
    copied.with_context(|| format!("{} is damaged: use an earlier time", base.name))?;
    let (mut number, mut last) = (base.number, base.taken_at);
    let mut replayed = Replayed::default();
    'replay: for path in files(dir)? {
        let Some(mut pieces) = Pieces::open(&path)? else {
            continue;
        };
        while let Some(piece) = pieces.next()? {
            let own: u64 = piece.holds.parse()?;
            if pieces.head.after != base.run || own <= base.number {
                pieces.skip(&piece)?;
                continue;
            }
            if !before(piece.last) {
                replayed.stopped = true;
                break 'replay;
            }
            ensure!(
                own == number + 1,
                "the archive is not whole: before {} something is missing. Restore to an earlier time",
                path.display()
            );
            wal::apply(&mut file, &pieces.read(&piece, keys)?)?;
            (number, last) = (own, piece.last);
            replayed.transactions += 1;
        }
    }
    if last <= since {
        fs::remove_file(unpacked)?;
        return Ok(None);
    }
    replayed.last = Some(last);
    file.sync_all()?;
    fs::rename(unpacked, database)?;
    Ok(Some(replayed))
}

/// Removes what only moments before `oldest` need.
pub(crate) fn prune(dir: &Path, oldest: Timestamp) -> Result<()> {
    let bases = bases(dir)?;
    let Some(needed) = bases.iter().position(|base| base.taken_at <= oldest) else {
        return Ok(());
    };
    let since = bases[needed].taken_at;
    for base in &bases[needed + 1..] {
        fs::remove_file(dir.join(&base.name))?;
    }
    archive::prune(dir, |piece| Ok(piece.last <= since))
}
