//! Prints how many records a second become durable, next to how often the same disk can be synced.
//!
//! `cargo run --release --example journal_rate -- [directory]`

use std::{
    fs::File,
    io::{Seek, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use inviter_store::{Journal, JournalError, JournalOptions};
use tokio::task::JoinSet;

const LASTS: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JournalError> {
    let dir = std::env::args_os()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = tempfile::TempDir::new_in(dir)?;
    println!("raw: {} syncs/s of 4 KiB, written over", raw(dir.path())?);
    let journal = Arc::new(Journal::open(
        dir.path().join("journal"),
        JournalOptions::default(),
    )?);
    for tasks in [1, 32, 256] {
        let syncs = journal.syncs();
        let mut waits = appends(&journal, tasks).await?;
        waits.sort_unstable();
        let (rate, syncs) = (per_second(waits.len()), journal.syncs() - syncs);
        let (p50, p99) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
        println!(
            "{tasks} at a time: {rate} records/s, {syncs} syncs, p50 {p50:?}, p99 {p99:?}, max {:?}",
            waits[waits.len() - 1]
        );
    }
    println!("raw: {} syncs/s of 4 KiB, written over", raw(dir.path())?);
    Ok(())
}

fn per_second(count: usize) -> u64 {
    count as u64 / LASTS.as_secs()
}

/// Syncs a second of a file that was written before.
fn raw(dir: &Path) -> std::io::Result<u64> {
    let mut file = File::create(dir.join("raw"))?;
    file.write_all(&vec![0; 1 << 20])?;
    file.sync_all()?;
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < LASTS {
        if count % 256 == 0 {
            file.rewind()?;
        }
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(per_second(count))
}

/// How long each append took, with `tasks` of them at a time.
async fn appends(journal: &Arc<Journal>, tasks: usize) -> Result<Vec<Duration>, JournalError> {
    let start = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..tasks {
        let journal = Arc::clone(journal);
        running.spawn(async move {
            let mut waits = Vec::new();
            while start.elapsed() < LASTS {
                let begun = Instant::now();
                journal.append(vec![1; 200]).await?;
                waits.push(begun.elapsed());
            }
            Ok::<_, JournalError>(waits)
        });
    }
    Ok(running
        .join_all()
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?
        .concat())
}
