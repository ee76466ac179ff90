//! Opening: whose directory it is, and where the records end.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Write},
    path::Path,
};

use kernel::{Entropy, SystemEntropy};

use super::{JournalError, JournalOptions, segment, writer::Writer};

/// Keeps everybody else out for as long as the file is open.
pub(super) fn lock(dir: &Path) -> Result<File, JournalError> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The name in `dir`; made where there is none.
pub(super) fn name(dir: &Path) -> io::Result<String> {
    let path = dir.join("name");
    match fs::read_to_string(&path) {
        Ok(name) if name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            return Ok(name);
        }
        Ok(_) => return Err(io::Error::other(format!("{} is damaged", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut bytes = [0; 16];
    SystemEntropy::default().fill(&mut bytes);
    let name = format!("{:032x}", u128::from_be_bytes(bytes));
    let unready = dir.join("name.unready");
    let mut file = File::create(&unready)?;
    file.write_all(name.as_bytes())?;
    file.sync_all()?;
    fs::rename(unready, path)?;
    segment::sync_dir(dir)?;
    Ok(name)
}

/// Finds the end of the records and makes the writer that goes on there.
pub(super) fn recover(dir: &Path, options: JournalOptions) -> io::Result<Writer> {
    let mut segments = segment::list(dir)?;
    if segments.is_empty() {
        drop(segment::prepare(dir, 0, options.segment_bytes)?);
        segments.insert(0, options.segment_bytes);
    }
    // The last segment with a record in it, or else the first.
    let (mut base, mut end) = (0, 0);
    for (&candidate, &length) in segments.iter().rev() {
        let (frames_end, torn) = segment::scan(dir, candidate, length)?;
        if torn {
            tracing::warn!(
                position = frames_end,
                "no whole record follows here; what a crash cut short is dropped"
            );
        }
        (base, end) = (candidate, frames_end);
        if end > base {
            break;
        }
    }
    for unused in segments.split_off(&(base + 1)).into_keys() {
        segment::retire(dir, unused)?;
    }
    let file = segment::resume(dir, base, segments[&base], end)?;
    segment::sync_dir(dir)?;
    Ok(Writer::new(dir, options, segments, file, end))
}
