//! The statements in a binary log that are written out, not as rows: changes of the schema, and of all else on the server.
//!
//! They are replayed as they were written, whatever the database is called by now. One that names the old database would do to that
//! what it once did.

use anyhow::{Context, Result, bail};

const HEADER: usize = 19;
const QUERY: u8 = 2;
/// Behind each event.
const CHECKSUM: usize = 4;
/// What changes tables, and is of use to whoever replays rows.
const OF_TABLES: [&str; 9] = [
    "CREATE TABLE",
    "ALTER TABLE",
    "DROP TABLE",
    "RENAME TABLE",
    "TRUNCATE",
    "CREATE INDEX",
    "CREATE UNIQUE INDEX",
    "DROP INDEX",
    "ALTER DATABASE",
];
const OF_TRANSACTIONS: [&str; 5] = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "XA"];

/// What to do with a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is replayed.
    Replay,
    /// It is about something else than the tables of the database.
    Leave,
    /// It throws the database away: that is what a restore is for.
    Stop,
}

/// Decides about the events of one transaction, of which those of the database `name` are to be replayed.
///
/// # Errors
/// Where it names that database, so that it cannot be replayed under another name.
pub(super) fn fate(mut events: &[u8], name: &str) -> Result<Fate> {
    while events.len() >= HEADER {
        let length = u32::from_le_bytes(events[9..13].try_into()?);
        let event = events.get(..usize::try_from(length)?);
        let event = event.context("an event is cut short")?;
        if event[4] == QUERY {
            let (database, sql) = statement(event).context("a statement is cut short")?;
            match judge(&database, &sql, name) {
                Some(Fate::Replay) | None => {}
                Some(fate) => return Ok(fate),
            }
            if is_of(&sql, &OF_TABLES) && names(&sql, name) {
                bail!(
                    "the statement `{sql}` names the database itself and cannot be replayed: restore to a time before it"
                );
            }
        }
        events = &events[event.len().max(HEADER)..];
    }
    Ok(Fate::Replay)
}

fn judge(database: &str, sql: &str, name: &str) -> Option<Fate> {
    if is_of(sql, &OF_TRANSACTIONS) || is_of(sql, &OF_TABLES) {
        return None;
    }
    let drops = is_of(sql, &["DROP DATABASE", "DROP SCHEMA"]) && database == name;
    Some(if drops { Fate::Stop } else { Fate::Leave })
}

/// The default database of a statement, and its text in one line.
fn statement(event: &[u8]) -> Option<(String, String)> {
    let body = event.get(HEADER..event.len() - CHECKSUM)?;
    let name = usize::from(*body.get(8)?);
    let variables = usize::from(u16::from_le_bytes(body.get(11..13)?.try_into().ok()?));
    let rest = body.get(13 + variables..)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let sql = text(rest.get(name + 1..)?);
    let mut sql = sql.trim();
    // Clients put notes before it.
    while let Some((_, behind)) = sql.strip_prefix("/*").and_then(|it| it.split_once("*/")) {
        sql = behind.trim_start();
    }
    let words: Vec<_> = sql.split_whitespace().collect();
    Some((text(rest.get(..name)?), words.join(" ")))
}

fn is_of(sql: &str, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| {
        let begin = sql.get(..kind.len());
        begin.is_some_and(|it| it.eq_ignore_ascii_case(kind))
    })
}

/// Whether the text has `name.` in it, as whoever names a table of a database writes it.
fn names(sql: &str, name: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
    let plain = sql.replace('`', "");
    let qualifier = format!("{name}.");
    let mut places = plain.match_indices(&qualifier);
    places.any(|(at, _)| !plain[..at].ends_with(is_part))
}
