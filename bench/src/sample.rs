//! What one attributed sign-up writes: found out by signing people up and counting, not by reading the code.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::{Context, Result};
use futures::future::{self, Either};
use rusqlite::{Connection, types::Value};
use store::{Options, Store};
use uuid::Uuid;

use crate::{
    ingest::sign_up,
    seed::{Seed, sow},
};

/// Sign-ups that are counted.
const COUNTED: usize = 640;
/// As many at the same moment, so that rows that a group shares are seen to be shared.
const TOGETHER: usize = 32;

/// The rows that one sign-up adds to a table, or changes in it.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) table: String,
    /// Rows added by each sign-up; below one where a group shares a row.
    pub(crate) added: f64,
    /// Rows changed by each sign-up.
    pub(crate) changed: f64,
    /// The last row of the table, by column.
    pub(crate) row: BTreeMap<String, Value>,
}

/// What one sign-up writes, and who it could be by.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) seed: Seed,
    pub(crate) shares: Vec<Share>,
}

impl Sample {
    /// Makes a database with the product's own migrations at `path`, signs people up, and counts.
    pub(crate) async fn take(path: &Path) -> Result<Self> {
        let url = format!("sqlite:{}", path.display());
        let (store, writer) = Store::open(Options::new(url)).await?;
        let work = async {
            store.migrate().await?;
            let seed = sow(&store).await?;
            // Every code has been used once before anything is counted: standings and accounts are there already.
            sign_up(
                &store,
                &seed,
                TOGETHER,
                Some(seed.codes.len()),
                Duration::MAX,
            )
            .await?;
            let raw = Connection::open(path)?;
            watch(&raw)?;
            sign_up(&store, &seed, TOGETHER, Some(COUNTED), Duration::MAX).await?;
            Ok(Self {
                seed,
                shares: shares(&raw)?,
            })
        };
        match future::select(Box::pin(work), Box::pin(writer.run())).await {
            Either::Left((sample, _)) => sample,
            Either::Right(..) => anyhow::bail!("the writer has stopped"),
        }
    }

    /// The share of one table.
    pub(crate) fn of(&self, table: &str) -> Result<&Share> {
        self.shares
            .iter()
            .find(|share| share.table == table)
            .with_context(|| {
                format!("a sign-up no longer writes to {table}: the yardstick has to follow")
            })
    }

    /// The rows that a sign-up finds there: a standing and an account for each inviter, the program's account, the log's
    /// head. Statements for either database; what is there already stays.
    pub(crate) fn standing_rows(&self) -> Vec<String> {
        let hex = |id: Uuid| format!("x'{}'", id.simple());
        let (project, program) = (
            hex(self.seed.project.id.uuid()),
            hex(self.seed.program.id.uuid()),
        );
        let mut statements = vec![
            "INSERT INTO heads (name, seq) SELECT 'log', 0 WHERE NOT EXISTS (SELECT 1 FROM heads WHERE name = 'log')".to_owned(),
            format!(
                "INSERT INTO accounts (project_id, owner_id, kind, unit, balance) SELECT {project}, {program}, 'program', \
                 'credit', 0 WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE owner_id = {program})"
            ),
        ];
        let members = format!(
            "SELECT id FROM members WHERE external_id LIKE 'inviter-%' AND project_id = {project}"
        );
        statements.push(format!(
            "INSERT INTO accounts (project_id, owner_id, kind, unit, balance) SELECT {project}, id, 'held', 'credit', 0 \
             FROM ({members}) m WHERE id NOT IN (SELECT owner_id FROM accounts WHERE kind = 'held')"
        ));
        statements.push(format!(
            "INSERT INTO standings (project_id, program_id, member_id, registered, qualified, quota_used, quota_since, \
             updated_at) SELECT {project}, {program}, id, 0, 0, 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00' \
             FROM ({members}) m WHERE id NOT IN (SELECT member_id FROM standings)"
        ));
        statements
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let mut parts = Vec::new();
        for share in &self.shares {
            if share.added > 0.0 {
                parts.push(format!("{:.2} into {}", share.added, share.table));
            }
            if share.changed > 0.0 {
                parts.push(format!("{:.2} changed in {}", share.changed, share.table));
            }
        }
        format!(
            "one sign-up writes, in groups of {TOGETHER}: {}",
            parts.join(", ")
        )
    }
}

/// The tables of the product, in order of their names.
pub(crate) fn tables(raw: &Connection) -> Result<Vec<String>> {
    let mut query = raw.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'seaql%' \
         ORDER BY name",
    )?;
    let names = query
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(names)
}

/// Lets triggers count what is written from now on.
fn watch(raw: &Connection) -> Result<()> {
    let tables = tables(raw)?;
    raw.execute_batch(
        "CREATE TABLE counted (name TEXT PRIMARY KEY, added INTEGER, changed INTEGER)",
    )?;
    for table in tables {
        raw.execute_batch(&format!(
            "INSERT INTO counted VALUES ('{table}', 0, 0);
             CREATE TRIGGER counted_{table}_added AFTER INSERT ON {table}
               BEGIN UPDATE counted SET added = added + 1 WHERE name = '{table}'; END;
             CREATE TRIGGER counted_{table}_changed AFTER UPDATE ON {table}
               BEGIN UPDATE counted SET changed = changed + 1 WHERE name = '{table}'; END;"
        ))?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few hundred")]
fn shares(raw: &Connection) -> Result<Vec<Share>> {
    let mut query = raw.prepare(
        "SELECT name, added, changed FROM counted WHERE added + changed > 0 ORDER BY name",
    )?;
    let counted: Vec<(String, i64, i64)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    counted
        .into_iter()
        .map(|(table, added, changed)| {
            let row = last_row(raw, &table)?;
            let share = |count: i64| count as f64 / COUNTED as f64;
            Ok(Share {
                table,
                added: share(added),
                changed: share(changed),
                row,
            })
        })
        .collect()
}

fn last_row(raw: &Connection, table: &str) -> Result<BTreeMap<String, Value>> {
    let mut query = raw.prepare(&format!(
        "SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1"
    ))?;
    let names: Vec<String> = query
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let row = query.query_row([], |row| {
        names
            .iter()
            .enumerate()
            .map(|(place, name)| Ok((name.clone(), row.get(place)?)))
            .collect()
    })?;
    Ok(row)
}
