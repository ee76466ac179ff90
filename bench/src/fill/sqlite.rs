//! Into SQLite: without indexes and without syncs, in one transaction; the indexes are built afterwards. Then all of it goes to
//! the disk, or the server's first checkpoint would have to bring it there while it is measured.
//!
//! The estimates that the product's migrations wrote go with the indexes. Without them SQLite would plan by its own, and the
//! bench would measure plans that no installation has.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params_from_iter};

use super::{CLICK, History};

pub(super) fn fill(
    path: &Path,
    history: &History,
    found: &[String],
    sign_ups: usize,
    clicks: usize,
) -> Result<()> {
    let raw = Connection::open(path)?;
    raw.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = FILE; PRAGMA wal_autocheckpoint = 0;",
    )?;
    let mut tables: Vec<&str> = history
        .plan
        .inserts
        .iter()
        .map(|insert| insert.table.as_str())
        .collect();
    tables.push("clicks");
    raw.execute_batch("CREATE TEMP TABLE estimates AS SELECT tbl, idx, stat FROM sqlite_stat1")?;
    let indexes = without_indexes(&raw, &tables)?;
    raw.execute_batch("BEGIN")?;
    for sql in found {
        raw.execute_batch(sql)?;
    }
    {
        let sqls = history
            .plan
            .inserts
            .iter()
            .map(|insert| raw.prepare(&insert.sql));
        let mut inserts = sqls.collect::<Result<Vec<_>, _>>()?;
        for number in 0..sign_ups {
            for (insert, row) in inserts.iter_mut().zip(history.sign_up(number, sign_ups)) {
                insert.execute(params_from_iter(row))?;
            }
        }
        let marks = ["?"; CLICK.len()].join(", ");
        let mut click = raw.prepare(&format!(
            "INSERT INTO clicks ({}) VALUES ({marks})",
            CLICK.join(", ")
        ))?;
        for number in 0..clicks {
            click.execute(params_from_iter(history.click(number, clicks)))?;
        }
    }
    for sql in history.sums(sign_ups).iter().chain(&indexes) {
        raw.execute_batch(sql)?;
    }
    raw.execute_batch(
        "DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 (tbl, idx, stat) SELECT tbl, idx, stat FROM estimates; \
         COMMIT; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);",
    )?;
    Ok(())
}

/// Drops the indexes of these tables; gives the statements that make them again.
fn without_indexes(raw: &Connection, tables: &[&str]) -> Result<Vec<String>> {
    let mut indexes = Vec::new();
    let mut query = raw.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?")?;
    for table in tables {
        let found = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        indexes.extend(found.collect::<Result<Vec<(String, String)>, _>>()?);
    }
    drop(query);
    for (name, _) in &indexes {
        raw.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}
