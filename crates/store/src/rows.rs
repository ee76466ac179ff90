//! Many rows with few statements.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};

use crate::error::{StoreError, StoreResult};

/// Rows per statement: below the parameter limits of both databases for the widest table.
const CHUNK: usize = 512;

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
    for chunk in chunks(rows) {
        E::insert_many(chunk.into_iter().map(IntoActiveModel::into_active_model))
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Inserts the rows whose primary key is not there yet.
pub(crate) async fn insert_absent<E, M, C>(conn: &C, rows: Vec<M>) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    for chunk in chunks(rows) {
        E::insert_many(chunk.into_iter().map(IntoActiveModel::into_active_model))
            .on_conflict_do_nothing()
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
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
pub(crate) async fn upsert_all<E, M, C, const K: usize, const N: usize>(
    conn: &C,
    rows: Vec<M>,
    key: [E::Column; K],
    columns: [E::Column; N],
) -> StoreResult<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel>,
    C: ConnectionTrait,
{
    for chunk in chunks(rows) {
        E::insert_many(chunk.into_iter().map(IntoActiveModel::into_active_model))
            .on_conflict(OnConflict::columns(key).update_columns(columns).to_owned())
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// The rows in pieces of as many as a power of two, for the same reason.
fn chunks<M>(mut rows: Vec<M>) -> Vec<Vec<M>> {
    let mut chunks = Vec::new();
    while let Some(power) = rows.len().checked_ilog2() {
        let rest = rows.split_off(CHUNK.min(1 << power));
        chunks.push(std::mem::replace(&mut rows, rest));
    }
    chunks
}
