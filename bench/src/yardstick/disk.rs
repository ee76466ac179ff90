//! What the disk can do: 4 KiB over what is there, and wait until it is safe.

use std::{
    io::{Seek, SeekFrom, Write},
    time::{Duration, Instant},
};

use anyhow::Result;

const BLOCK: [u8; 4096] = [7; 4096];
/// Blocks of the file.
const BLOCKS: u64 = 1024;

/// How long each `fdatasync` took, shortest first.
pub(crate) fn run(time: Duration) -> Result<Vec<Duration>> {
    let mut file = tempfile::tempfile_in(".")?;
    for _ in 0..BLOCKS {
        file.write_all(&BLOCK)?;
    }
    file.sync_all()?;
    let begin = Instant::now();
    let mut took = Vec::new();
    while begin.elapsed() < time {
        let place = took.len() as u64 % BLOCKS * BLOCK.len() as u64;
        let start = Instant::now();
        file.seek(SeekFrom::Start(place))?;
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        took.push(start.elapsed());
    }
    took.sort_unstable();
    Ok(took)
}
