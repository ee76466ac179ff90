//! The same rows straight through `rusqlite`: prepared statements, groups of 50 per commit, nothing else.

use std::time::{Duration, Instant};

use anyhow::Result;
use kernel::SystemEntropy;
use rusqlite::{Connection, params, params_from_iter};

use super::rows::{Plan, UPDATES};
use crate::{process, sample::Sample};

/// Sign-ups that share a commit.
const GROUP: usize = 50;

/// Sign-ups per second on a fresh database with the product's own schema.
pub(crate) async fn run(time: Duration) -> Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let path = folder.path().join("yardstick.db");
    let sample = Sample::take(&path).await?;
    println!("{}", sample.line());
    let raw = Connection::open(&path)?;
    // As the product opens its own: see `connect` in the store.
    raw.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000;
         PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF;",
    )?;
    forget_triggers(&raw)?;
    let plan = Plan::new(sample)?;
    raw.set_prepared_statement_cache_capacity(32);
    let entropy = SystemEntropy::default();
    let (begin, cpu) = (Instant::now(), process::cpu(std::process::id())?);
    let mut done = 0;
    while begin.elapsed() < time {
        group(&raw, &plan, done, &entropy)?;
        done += GROUP;
    }
    let cpu = process::cpu(std::process::id())?.saturating_sub(cpu);
    #[expect(clippy::cast_precision_loss, reason = "a count for people")]
    let (rate, cpu) = (
        done as f64 / begin.elapsed().as_secs_f64(),
        cpu.as_secs_f64() * 1e6 / done as f64,
    );
    println!("{cpu:.0} us of CPU each");
    Ok(rate)
}

fn group(raw: &Connection, plan: &Plan, first: usize, entropy: &SystemEntropy) -> Result<()> {
    raw.execute_batch("BEGIN IMMEDIATE")?;
    for number in first..first + GROUP {
        let sign_up = plan.sign_up(number, entropy);
        for insert in &plan.inserts {
            raw.prepare_cached(&insert.sql)?
                .execute(params_from_iter(Plan::values(insert, &sign_up)))?;
        }
        let [code, standing, held, program] = UPDATES;
        raw.prepare_cached(code)?.execute(params![sign_up.code])?;
        raw.prepare_cached(standing)?.execute(params![
            sign_up.at,
            sign_up.program,
            sign_up.inviter
        ])?;
        raw.prepare_cached(held)?
            .execute(params![sign_up.inviter])?;
        if number == first {
            raw.prepare_cached(program)?
                .execute(params![sign_up.program])?;
            raw.prepare_cached("UPDATE heads SET seq = seq + 1 WHERE name = 'log'")?
                .execute([])?;
            raw.prepare_cached(
                "INSERT INTO log SELECT seq, NULL, ?, ? FROM heads WHERE name = 'log'",
            )?
            .execute(params![sign_up.at, plan.facts.repeat(GROUP)])?;
        }
    }
    raw.execute_batch("COMMIT")?;
    Ok(())
}

fn forget_triggers(raw: &Connection) -> Result<()> {
    let mut query = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")?;
    let names: Vec<String> = query
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        raw.execute_batch(&format!("DROP TRIGGER {name}"))?;
    }
    Ok(())
}
