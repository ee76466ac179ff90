//! What a read costs from the primary of a MySQL group and from its replicas.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::future::{self, Either};
use kernel::MemberId;
use store::{Options, Store};

use crate::{
    seed::{Seed, sow},
    yardstick,
};

/// Reads one after the other by their key, in a database made next to the one that `dsn` names; the two take turns. Tells
/// microseconds for each: from the primary, from the replicas.
pub(crate) async fn run(dsn: &str, members: &str, rounds: u32, time: Duration) -> Result<[f64; 2]> {
    let dsn = yardstick::mysql::beside(dsn, "reads").await?;
    let mut options = Options::new(&dsn);
    options.members = members.split(',').map(str::to_owned).collect();
    let (store, writer) = Store::open(options).await?;
    let work = async {
        store.migrate().await?;
        let seed = sow(&store).await?;
        applied(&store, &seed).await?;
        let mut micros = [0.0; 2];
        for _ in 0..rounds {
            for (lagging, micros) in [false, true].into_iter().zip(&mut micros) {
                *micros += turn(&store, &seed, lagging, time).await?;
            }
        }
        anyhow::Ok(micros.map(|sum| sum / f64::from(rounds)))
    };
    match future::select(Box::pin(work), Box::pin(writer.run())).await {
        Either::Left((micros, _)) => micros,
        Either::Right(..) => bail!("the writer has stopped"),
    }
}

/// Waits until the replicas are known and have what was put in.
async fn applied(store: &Store, seed: &Seed) -> Result<()> {
    let last = seed.inviters.last().context("nobody invites")?.id;
    let (begin, mut found) = (Instant::now(), 0);
    while found < 100 {
        let known = store.topology().borrow().readers.len();
        let there = find(store, seed, last, true).await.unwrap_or(false);
        found = if known >= 2 && there { found + 1 } else { 0 };
        ensure!(
            begin.elapsed() < Duration::from_mins(5),
            "{known} replicas are read from, and what was written is not there"
        );
        if found == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}

async fn turn(store: &Store, seed: &Seed, lagging: bool, time: Duration) -> Result<f64> {
    let (begin, mut reads) = (Instant::now(), 0_u32);
    for member in seed.inviters.iter().cycle() {
        if begin.elapsed() >= time {
            break;
        }
        ensure!(
            find(store, seed, member.id, lagging).await?,
            "a member is not there"
        );
        reads += 1;
    }
    Ok(begin.elapsed().as_secs_f64() * 1e6 / f64::from(reads))
}

async fn find(store: &Store, seed: &Seed, member: MemberId, lagging: bool) -> Result<bool> {
    let project = seed.project.id;
    let found = if lagging {
        store
            .read_lagging()
            .project(project)
            .members()
            .find(member)
            .await?
    } else {
        store.read().project(project).members().find(member).await?
    };
    Ok(found.is_some())
}
