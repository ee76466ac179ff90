//! Short words for columns, so that a table reads like a table.

use sea_orm::sea_query::{
    Alias, ColumnDef, Index, IndexCreateStatement, Table, TableCreateStatement,
};

use super::Statement;

/// A migration's name and its statement.
pub(super) type Step = (String, Statement);

/// A `BINARY(16)` id.
pub(super) fn id(name: &str) -> ColumnDef {
    column(name, |c| c.binary_len(16))
}
/// A hash of `length` bytes.
pub(super) fn hash(name: &str, length: u32) -> ColumnDef {
    column(name, move |c| c.binary_len(length))
}
/// Text of at most `length` characters, comparable and indexable.
pub(super) fn text(name: &str, length: u32) -> ColumnDef {
    column(name, move |c| c.string_len(length))
}
/// A document: opaque to the database.
pub(super) fn document(name: &str) -> ColumnDef {
    column(name, |c| c.custom(Alias::new("MEDIUMTEXT")))
}
/// A whole number of 64 bits.
pub(super) fn integer(name: &str) -> ColumnDef {
    column(name, |c| c.big_integer())
}
/// Yes or no.
pub(super) fn flag(name: &str) -> ColumnDef {
    column(name, |c| c.boolean())
}
/// A point in time, UTC, microseconds.
pub(super) fn time(name: &str) -> ColumnDef {
    column(name, |c| c.custom(Alias::new("DATETIME(6)")))
}
/// The same column, where a value may be missing.
pub(super) fn maybe(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}

fn column(name: &str, shape: impl FnOnce(&mut ColumnDef) -> &mut ColumnDef) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    shape(&mut column);
    column
}

/// A table with its columns and primary key.
pub(super) fn table(name: &str, columns: Vec<ColumnDef>, key: &[&str]) -> Step {
    let mut table: TableCreateStatement = Table::create();
    table.table(Alias::new(name));
    for mut column in columns {
        if column.get_column_spec().nullable.is_none() {
            column.not_null();
        }
        table.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(Alias::new(*column));
    }
    table.primary_key(&mut primary);
    (name.to_owned(), Statement::Table(Box::new(table)))
}

/// An index that finds.
pub(super) fn index(table: &str, columns: &[&str]) -> Step {
    any_index(table, columns, false)
}

/// An index that keeps values apart.
pub(super) fn unique(table: &str, columns: &[&str]) -> Step {
    any_index(table, columns, true)
}

/// Another column of a table that is there.
pub(super) fn added(table: &str, mut column: ColumnDef) -> Step {
    let name = format!("{table}_{}", column.get_column_name());
    let mut alter = Table::alter();
    alter.table(Alias::new(table)).add_column(column.take());
    (name, Statement::Column(Box::new(alter)))
}

/// An index that is no longer needed.
pub(super) fn no_index(table: &str, columns: &[&str]) -> Step {
    let name = index_name(table, columns, false);
    let mut index = Index::drop();
    index.name(&name).table(Alias::new(table));
    (format!("no_{name}"), Statement::NoIndex(Box::new(index)))
}

fn index_name(table: &str, columns: &[&str], unique: bool) -> String {
    let kind = if unique { "uq" } else { "ix" };
    let name = format!("{kind}_{table}_{}", columns.join("_"));
    name.chars().take(60).collect()
}

fn any_index(table: &str, columns: &[&str], unique: bool) -> Step {
    let name = index_name(table, columns, unique);
    let mut index: IndexCreateStatement = Index::create();
    index.name(&name).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    if unique {
        index.unique();
    }
    (name, Statement::Index(Box::new(index)))
}
