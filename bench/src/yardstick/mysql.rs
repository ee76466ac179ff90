//! The same rows through MySQL the plain way: one transaction for each sign-up, over 16 connections.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures::future;
use kernel::SystemEntropy;
use rusqlite::types::Value;
use sqlx::{AssertSqlSafe, Connection, MySql, MySqlConnection, Transaction, query::Query};
use store::{Options, Store};

use super::rows::{Plan, SignUp, UPDATES};
use crate::{sample::Sample, seed};

const CONNECTIONS: usize = 16;

/// Sign-ups per second into a database made anew next to the one that `dsn` names.
pub(crate) async fn run(dsn: &str, time: Duration) -> Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let sample = Sample::take(&folder.path().join("sample.db")).await?;
    let dsn = beside(dsn, "yardstick").await?;
    prepare(&dsn, &sample).await?;
    let plan = Plan::new(sample)?;
    let entropy = SystemEntropy::default();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut connection = MySqlConnection::connect(&dsn).await?;
        sqlx::query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
            .execute(&mut connection)
            .await?;
        connections.push(connection);
    }
    let (begin, next) = (Instant::now(), Cell::new(0_usize));
    let work = |mut connection: MySqlConnection| {
        let (plan, entropy, next) = (&plan, &entropy, &next);
        async move {
            while begin.elapsed() < time {
                let number = next.replace(next.get() + 1);
                sign_up(&mut connection, plan, &plan.sign_up(number, entropy)).await?;
            }
            anyhow::Ok(())
        }
    };
    future::try_join_all(connections.into_iter().map(work)).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count for people")]
    Ok(next.get() as f64 / begin.elapsed().as_secs_f64())
}

/// An empty database with a suffix to the name that `dsn` gives.
pub(crate) async fn beside(dsn: &str, suffix: &str) -> Result<String> {
    let (server, name) = dsn.rsplit_once('/').context("the DSN names no database")?;
    let name = format!("{name}_{suffix}");
    let mut connection = MySqlConnection::connect(dsn).await?;
    for sql in [
        format!("DROP DATABASE IF EXISTS `{name}`"),
        format!("CREATE DATABASE `{name}`"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await?;
    }
    Ok(format!("{server}/{name}"))
}

/// The product's schema, and what a sign-up expects to be there.
async fn prepare(dsn: &str, sample: &Sample) -> Result<()> {
    let (store, writer) = Store::open(Options::new(dsn)).await?;
    let work = async {
        store.migrate().await?;
        seed::put(&store, &sample.seed).await?;
        let mut connection = MySqlConnection::connect(dsn).await?;
        for sql in sample.standing_rows() {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await?;
        }
        Ok(())
    };
    match future::select(Box::pin(work), Box::pin(writer.run())).await {
        future::Either::Left((done, _)) => done,
        future::Either::Right(..) => anyhow::bail!("the writer has stopped"),
    }
}

async fn sign_up(connection: &mut MySqlConnection, plan: &Plan, of: &SignUp) -> Result<()> {
    let mut tx: Transaction<'_, MySql> = connection.begin().await?;
    for insert in &plan.inserts {
        let query = sqlx::query(AssertSqlSafe(insert.sql.clone()));
        Plan::values(insert, of)
            .into_iter()
            .fold(query, bind)
            .execute(&mut *tx)
            .await?;
    }
    let [code, standing, held, program] = UPDATES;
    bind(sqlx::query(code), of.code.clone())
        .execute(&mut *tx)
        .await?;
    let standing = [of.at.clone(), of.program.clone(), of.inviter.clone()]
        .into_iter()
        .fold(sqlx::query(standing), bind);
    standing.execute(&mut *tx).await?;
    bind(sqlx::query(held), of.inviter.clone())
        .execute(&mut *tx)
        .await?;
    bind(sqlx::query(program), of.program.clone())
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE heads SET seq = LAST_INSERT_ID(seq + 1) WHERE name = 'log'")
        .execute(&mut *tx)
        .await?;
    let log = sqlx::query(
        "INSERT INTO log (seq, project_id, at, facts) VALUES (LAST_INSERT_ID(), NULL, ?, ?)",
    );
    bind(bind(log, of.at.clone()), Value::Text(plan.facts.clone()))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

type Bound<'q> = Query<'q, MySql, sqlx::mysql::MySqlArguments>;

fn bind(query: Bound<'_>, value: Value) -> Bound<'_> {
    match value {
        Value::Null => query.bind(None::<i64>),
        Value::Integer(number) => query.bind(number),
        Value::Real(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Blob(bytes) => query.bind(bytes),
    }
}
