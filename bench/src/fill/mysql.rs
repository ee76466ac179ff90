//! Into MySQL: statements of many rows, as text.

use anyhow::Result;
use data_encoding::HEXLOWER;
use rusqlite::types::Value;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};

use super::{CLICK, History};

/// Rows in one statement.
const ROWS: usize = 500;

pub(super) async fn fill(
    dsn: &str,
    history: &History,
    found: &[String],
    sign_ups: usize,
    clicks: usize,
) -> Result<()> {
    let mut connection = MySqlConnection::connect(dsn).await?;
    run(
        &mut connection,
        "SET SESSION unique_checks = 0, SESSION foreign_key_checks = 0".to_owned(),
    )
    .await?;
    for sql in found {
        run(&mut connection, sql.clone()).await?;
    }
    for first in (0..sign_ups).step_by(ROWS) {
        let rows =
            (first..sign_ups.min(first + ROWS)).map(|number| history.sign_up(number, sign_ups));
        let rows: Vec<Vec<Vec<Value>>> = rows.collect();
        run(&mut connection, "BEGIN".to_owned()).await?;
        for (place, insert) in history.plan.inserts.iter().enumerate() {
            let columns: Vec<&str> = insert.columns.iter().map(String::as_str).collect();
            let sql = statement(
                &insert.table,
                &columns,
                rows.iter().map(|tables| &tables[place]),
            );
            run(&mut connection, sql).await?;
        }
        run(&mut connection, "COMMIT".to_owned()).await?;
    }
    for first in (0..clicks).step_by(ROWS) {
        let rows = (first..clicks.min(first + ROWS)).map(|number| history.click(number, clicks));
        let rows: Vec<Vec<Value>> = rows.collect();
        run(&mut connection, statement("clicks", &CLICK, rows.iter())).await?;
    }
    for sql in history.sums(sign_ups) {
        run(&mut connection, sql).await?;
    }
    Ok(())
}

async fn run(connection: &mut MySqlConnection, sql: String) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await?;
    Ok(())
}

fn statement<'a>(
    table: &str,
    columns: &[&str],
    rows: impl Iterator<Item = &'a Vec<Value>>,
) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
    let mut sql = format!("INSERT INTO `{table}` ({}) VALUES ", columns.join(", "));
    for (place, row) in rows.enumerate() {
        sql.push_str(if place == 0 { "(" } else { "), (" });
        for (place, value) in row.iter().enumerate() {
            sql.push_str(if place == 0 { "" } else { ", " });
            literal(&mut sql, value);
        }
    }
    sql.push(')');
    sql
}

/// The values are the bench's own; quotes occur in its documents of JSON alone.
fn literal(sql: &mut String, value: &Value) {
    match value {
        Value::Null => sql.push_str("NULL"),
        Value::Integer(number) => sql.push_str(&number.to_string()),
        Value::Real(number) => sql.push_str(&number.to_string()),
        Value::Text(text) => {
            sql.push('\'');
            sql.push_str(&text.replace('\\', "\\\\").replace('\'', "''"));
            sql.push('\'');
        }
        Value::Blob(bytes) => {
            sql.push_str("x'");
            sql.push_str(&HEXLOWER.encode(bytes));
            sql.push('\'');
        }
    }
}
