//! Many rows with few statements.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel, Iterable,
    Statement, Value,
    sea_query::{Expr, OnConflict, Query},
};

use crate::error::{StoreError, StoreResult};

/// Rows, or ids, per statement: below the parameter limits of both databases for the widest table.
pub(crate) const CHUNK: usize = 512;

/// Bytes of values per statement on MySQL, so that it leaves in one record of TLS. sqlx 0.9.0 opens its connections without
/// `TCP_NODELAY` (<https://github.com/transact-rs/sqlx/issues/4335>): the second record would wait for the server to acknowledge
/// the first, which takes it 40 ms. It is counted by the mean of the rows, so some room is left for those that are longer.
const RECORD: usize = 14 * 1024;

/// What an `IN` list is filled with: the last value again, up to a power of two. With few lengths there are few
/// different statements, and the connection has each of them prepared.
pub(crate) fn padded<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

/// Inserts rows.
pub(crate) async fn insert_all<E, M, C>(conn: &C, rows: Vec<M>) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    insert::<E, M, C>(conn, rows, None).await
}

/// Inserts the rows whose primary key is not there yet.
pub(crate) async fn insert_absent<E, M, C>(conn: &C, rows: Vec<M>) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    let nothing = OnConflict::columns(E::PrimaryKey::iter())
        .do_nothing_on(E::PrimaryKey::iter())
        .to_owned();
    insert::<E, M, C>(conn, rows, Some(nothing)).await
}

/// Inserts rows that were not there when they were looked for, and so could not be held.
pub(crate) async fn insert_new<E, M, C>(
    conn: &C,
    rows: Vec<M>,
    what: &'static str,
) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    match insert_all::<E, M, C>(conn, rows).await {
        Err(StoreError::Duplicate(_)) => Err(StoreError::Stale(what)),
        written => written,
    }
}

/// Inserts rows, or overwrites `columns` of those whose `key` is there already.
pub(crate) async fn upsert_all<E, M, C>(
    conn: &C,
    rows: Vec<M>,
    key: impl IntoIterator<Item = E::Column> + Send,
    columns: impl IntoIterator<Item = E::Column> + Send,
) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    let update = OnConflict::columns(key).update_columns(columns).to_owned();
    insert::<E, M, C>(conn, rows, Some(update)).await
}

/// The builder writes the statement for one row, and the others repeat its placeholders: an expression for each value of
/// each row would take longer to build than the database takes to insert it.
async fn insert<E, M, C>(conn: &C, rows: Vec<M>, conflict: Option<OnConflict>) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    if rows.is_empty() {
        return Ok(());
    }
    let columns = || E::Column::iter();
    let mut one = Query::insert();
    one.into_table(E::default())
        .columns(columns())
        .values_panic(columns().map(|_| Expr::val(0)));
    if let Some(conflict) = conflict {
        one.on_conflict(conflict);
    }
    let backend = conn.get_database_backend();
    let mut one = backend.build(&one).sql;
    if backend == DatabaseBackend::Sqlite {
        // SQLite would copy every page before it changes, to undo a statement that fails in the middle. Whoever is given the error
        // undoes more than that.
        one = one.replacen("INSERT", "INSERT OR FAIL", 1);
    }
    let row = format!("({})", vec!["?"; columns().count()].join(", "));
    let values: Vec<Value> = rows
        .into_iter()
        .flat_map(|model| {
            let mut model = model.into_active_model();
            columns().filter_map(move |column| model.take(column).into_value())
        })
        .collect();
    let width = columns().count();
    let full = round(most_together(backend, &values, width));
    let mut values = values.into_iter();
    loop {
        let count = match values.len() / width {
            0 => return Ok(()),
            left if left >= full => full,
            // As many as a power of two, for the same reason as above.
            left => 1 << left.ilog2(),
        };
        let sql = one.replacen(&row, &vec![row.as_str(); count].join(", "), 1);
        let chunk = values.by_ref().take(width * count);
        let statement = Statement::from_sql_and_values(backend, sql, chunk);
        conn.execute_raw(statement).await?;
    }
}

/// The most rows, of `most`, that are a power of two or one and a half of it: with powers alone, up to half of each record would stay
/// empty.
fn round(most: usize) -> usize {
    let power = 1 << most.ilog2();
    let more = power + power / 2;
    if more <= most { more } else { power }
}

/// How many of the rows that these values make, `width` each, go into one statement.
fn most_together(backend: DatabaseBackend, values: &[Value], width: usize) -> usize {
    if backend != DatabaseBackend::MySql {
        return CHUNK;
    }
    let bytes: usize = values.iter().map(size).sum();
    (RECORD * (values.len() / width) / bytes.max(1)).clamp(1, CHUNK)
}

/// About how many bytes a value takes on its way to the server, its type included.
fn size(value: &Value) -> usize {
    let itself = match value {
        Value::String(Some(text)) => text.len(),
        Value::Bytes(Some(bytes)) => bytes.len(),
        Value::Uuid(Some(_)) => 16,
        Value::ChronoDateTimeUtc(Some(_)) => 11,
        _ => 8,
    };
    itself + 3
}
