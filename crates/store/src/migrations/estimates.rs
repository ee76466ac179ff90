//! What SQLite is told about the tables before they are full.
//!
//! Without statistics SQLite takes it that ten rows share the first column of an index, and then reads everything that a
//! project has rather than look up a dozen keys. It is told what a large installation looks like instead: plans are right
//! from the first row to the last, and never change by surprise.

use std::{collections::BTreeMap, fmt::Write as _};

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, FromQueryResult, Statement,
};

/// Rows of every table.
const ROWS: u64 = 1_000_000;

/// A column of an index, in order of tables, indexes and places.
#[derive(FromQueryResult)]
struct Indexed {
    table: String,
    index: String,
    column: String,
    is_unique: bool,
    is_required: bool,
}

const INDEXED: &str = r#"
    SELECT t.name AS "table", i.name AS "index", c.name AS "column", i."unique" AS is_unique, f."notnull" AS is_required
    FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c, pragma_table_info(t.name) f
    WHERE t.type = 'table' AND f.name = c.name
    ORDER BY t.name, i.name, c.seqno
"#;

/// Writes the estimates where SQLite's `ANALYZE` writes what it counts.
pub(super) async fn write(conn: &DatabaseConnection) -> Result<(), DbErr> {
    if conn.get_database_backend() != DatabaseBackend::Sqlite {
        return Ok(());
    }
    // Makes the table of statistics, and the second time reads it.
    conn.execute_unprepared("ANALYZE sqlite_schema").await?;
    let columns = Statement::from_string(DatabaseBackend::Sqlite, INDEXED);
    let mut indexes: BTreeMap<(String, String), Vec<Indexed>> = BTreeMap::new();
    for column in Indexed::find_by_statement(columns).all(conn).await? {
        indexes
            .entry((column.table.clone(), column.index.clone()))
            .or_default()
            .push(column);
    }
    let rows: Vec<String> = indexes
        .iter()
        .map(|((table, index), columns)| format!("('{table}', '{index}', '{}')", estimate(columns)))
        .collect();
    conn.execute_unprepared("DELETE FROM sqlite_stat1").await?;
    conn.execute_unprepared(&format!(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES {}",
        rows.join(", ")
    ))
    .await?;
    conn.execute_unprepared("ANALYZE sqlite_schema").await?;
    Ok(())
}

/// How many rows there are, and how many share the first column, the first two, and so on.
fn estimate(columns: &[Indexed]) -> String {
    let mut text = ROWS.to_string();
    let mut alike = ROWS;
    for (place, column) in columns.iter().enumerate() {
        let last = place + 1 == columns.len();
        alike = if last && column.is_unique {
            1
        } else {
            alike.min(sharing(column)).max(1)
        };
        let _ = write!(text, " {alike}");
    }
    text
}

/// How many rows have the same value in a column.
fn sharing(column: &Indexed) -> u64 {
    match column.column.as_str() {
        "project_id" | "kind" | "unit" | "metric" => ROWS / 4,
        // Fewer than a program has, more than a member has: who asks for a state or a verdict asks for the few that wait
        // or failed.
        "state" => ROWS / 200,
        "verdict" => ROWS / 250,
        "program_id" | "pool_id" | "day" | "qualified" => ROWS / 100,
        // Most rows may have none.
        _ if !column.is_required => ROWS / 1000,
        _ => 10,
    }
}
