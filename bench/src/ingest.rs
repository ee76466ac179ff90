//! Sign-ups through the write path alone: what the store and the decisions cost without HTTP.

use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use app::events::{Incoming, Ingest};
use domain::referrals::{Event, EventType};
use futures::future::{self, Either};
use kernel::{Clock, SystemClock, SystemEntropy};
use store::{Batcher, Options, Store};

use crate::{
    process,
    seed::{Seed, sow},
};

/// Measures `submitters` sign-ups at the same moment for as long as `time`.
pub(crate) async fn run(url: &str, submitters: usize, time: Duration) -> Result<()> {
    let (store, writer) = Store::open(Options::new(url)).await?;
    store.migrate().await?;
    let work = async {
        let seed = sow(&store).await?;
        let (groups, _) = store.group_counts();
        let (begin, cpu) = (Instant::now(), process::cpu(std::process::id())?);
        let done = sign_up(&store, &seed, submitters, None, time).await?;
        let cpu = process::cpu(std::process::id())?.saturating_sub(cpu);
        let seconds = begin.elapsed().as_secs_f64();
        let groups = store.group_counts().0 - groups;
        #[expect(clippy::cast_precision_loss, reason = "a count for people")]
        let (rate, group, cpu) = (
            done as f64 / seconds,
            done as f64 / groups as f64,
            cpu.as_secs_f64() * 1e6 / done as f64,
        );
        println!("{rate:.0} sign-ups/s, {group:.1} per commit, {cpu:.0} us of CPU each");
        anyhow::Ok(())
    };
    match future::select(Box::pin(work), Box::pin(writer.run())).await {
        Either::Left((done, _)) => done,
        Either::Right(..) => anyhow::bail!("the writer has stopped"),
    }
}

/// Signs people up, `submitters` at the same moment, until `most` are in or `time` is over. Tells how many are in.
pub(crate) async fn sign_up(
    store: &Store,
    seed: &Seed,
    submitters: usize,
    most: Option<usize>,
    time: Duration,
) -> Result<usize> {
    let ingest = Ingest {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy::default()),
        secret: Arc::from(*b"bench"),
    };
    let batcher = Batcher::new(store, ingest, 256);
    let begin = Instant::now();
    let next = Cell::new(0_usize);
    let most = most.unwrap_or(usize::MAX);
    let submit = || async {
        while next.get() < most && begin.elapsed() < time {
            let number = next.get();
            next.set(number + 1);
            let (outcome, _) = batcher.submit(incoming(seed, number)).await?;
            ensure!(
                outcome.grants.len() == 1,
                "a sign-up was not rewarded: {outcome:?}"
            );
        }
        Ok(())
    };
    future::try_join_all((0..submitters).map(|_| submit())).await?;
    Ok(next.get())
}

fn incoming(seed: &Seed, number: usize) -> Incoming {
    // A stride that is prime to their number meets every code before any of them again.
    let code = &seed.codes[number * 1031 % seed.codes.len()];
    let external = format!("{}-{number:08}", SystemClock.now().timestamp_micros());
    let mut fingerprint = [0; 32];
    fingerprint[..8].copy_from_slice(&number.to_be_bytes());
    Incoming {
        project: seed.project.id,
        event: Event {
            key: Some(format!("signup-{external}")),
            kind: EventType::Signup,
            occurred_at: None,
            program: None,
            external_id: Some(external),
            email: None,
            name: None,
            locale: None,
            code: Some(code.text.clone()),
            clicks: Vec::new(),
            address: None,
            device: None,
            amount: None,
            unit: None,
            order: None,
            properties: serde_json::Map::new(),
            strict: false,
        },
        fingerprint,
        address_hash: None,
        device_hash: None,
        idempotency: None,
    }
}
