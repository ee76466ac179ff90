//! Many rows with few statements.

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};

use crate::error::StoreResult;

/// Rows per statement: below the parameter limits of both databases for the widest table.
const CHUNK: usize = 500;

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

fn chunks<M>(mut rows: Vec<M>) -> Vec<Vec<M>> {
    let mut chunks = Vec::new();
    while rows.len() > CHUNK {
        let rest = rows.split_off(CHUNK);
        chunks.push(std::mem::replace(&mut rows, rest));
    }
    if !rows.is_empty() {
        chunks.push(rows);
    }
    chunks
}
