//! One migrator for every database. One DDL statement per migration: MySQL commits each by itself, so a
//! migration that fails half-way must have nothing half-done.

use std::collections::HashSet;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, EntityTrait,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sea_query::{
        IndexCreateStatement, IndexDropStatement, TableAlterStatement, TableCreateStatement,
    },
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations,
};

use crate::error::StoreResult;

mod ddl;
mod engine;
mod estimates;
mod money;
mod operation;
mod people;
mod searches;
mod servers;
mod turn;
mod walks;

/// Whether a migration is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

/// The migrations in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Each migration this program knows.
    pub known: Vec<MigrationState>,
}

impl MigrationStatus {
    /// The names that are missing.
    pub fn pending(&self) -> Vec<&str> {
        self.known
            .iter()
            .filter(|state| !state.applied)
            .map(|state| state.name.as_str())
            .collect()
    }
}

enum Statement {
    Table(Box<TableCreateStatement>),
    Index(Box<IndexCreateStatement>),
    Column(Box<TableAlterStatement>),
    NoIndex(Box<IndexDropStatement>),
    /// The keys of the names that are there.
    NameKeys,
}

struct Migration {
    name: String,
    statement: Statement,
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match &self.statement {
            Statement::Table(table) => manager.create_table((**table).clone()).await,
            Statement::Index(index) => manager.create_index((**index).clone()).await,
            Statement::Column(table) => manager.alter_table((**table).clone()).await,
            Statement::NoIndex(index) => manager.drop_index((**index).clone()).await,
            Statement::NameKeys => searches::fill_name_keys(manager.get_connection()).await,
        }
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        // The number is the place in this list, so entries are only ever added at its end.
        [
            people::statements(),
            engine::statements(),
            money::statements(),
            operation::statements(),
            people::sessions(),
            searches::statements(),
            servers::statements(),
            walks::statements(),
        ]
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(place, (name, statement))| {
            let name = format!("m{:04}_{name}", place + 1);
            Box::new(Migration { name, statement }) as Box<dyn MigrationTrait>
        })
        .collect()
    }
}

/// The name of the last migration that this program knows; names sort in their order.
pub fn latest_migration() -> String {
    Migrator::migrations()
        .last()
        .map(|migration| migration.name().to_owned())
        .unwrap_or_default()
}

pub(crate) async fn apply(conn: &DatabaseConnection) -> StoreResult<Vec<String>> {
    let _turn = turn::take(conn).await?;
    let before = status(conn).await?;
    let pending: Vec<String> = before.pending().into_iter().map(str::to_owned).collect();
    if !pending.is_empty() {
        if conn.get_database_backend() == DatabaseBackend::Sqlite {
            all_at_once(conn).await?;
        } else {
            compare_text_by_bytes(conn).await?;
            Migrator::up(conn, None).await?;
        }
        estimates::write(conn).await?;
    }
    Ok(pending)
}

/// Only reads: a server's account may not make tables. What a newer program has applied is nothing to this one: the release
/// before an upgrade runs on the schema after it.
pub(crate) async fn status(conn: &DatabaseConnection) -> StoreResult<MigrationStatus> {
    let kept = SchemaManager::new(conn)
        .has_table("seaql_migrations")
        .await?;
    let applied: HashSet<String> = if kept {
        let rows = seaql_migrations::Entity::find().all(conn).await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        HashSet::new()
    };
    let known = Migrator::migrations()
        .iter()
        .map(|migration| MigrationState {
            name: migration.name().to_owned(),
            applied: applied.contains(migration.name()),
        })
        .collect();
    Ok(MigrationStatus { known })
}

/// Every statement in one transaction, which SQLite can do: a start that is cut short leaves nothing half-done, and the
/// disk is waited for once.
async fn all_at_once(conn: &DatabaseConnection) -> StoreResult<()> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = conn.begin_with_options(options).await?;
    Migrator::up(&tx, None).await?;
    Ok(tx.commit().await?)
}

/// SQLite compares text by its bytes; MySQL is told to, before the first table is made. Of its binary collations this
/// is the one for which trailing spaces count.
async fn compare_text_by_bytes(conn: &DatabaseConnection) -> StoreResult<()> {
    let statement = "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin";
    Ok(conn.execute_unprepared(statement).await.map(drop)?)
}
