//! The rows of any table, in the order of its primary key.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, Iterable, ModelTrait, Order,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest as _, Sha256};

use super::Moving;
use crate::{error::StoreResult, rows::insert_all, scope::Conn, store::Store};

/// Rows that go over in one transaction.
const SET: u64 = 2000;

/// A table whose rows can be moved.
pub(super) trait Moved:
    EntityTrait<
    Model: ModelTrait<Entity = Self> + IntoActiveModel<Self::ActiveModel> + Clone + Send + Sync,
>
{
}

impl<E> Moved for E where
    E: EntityTrait<
        Model: ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel> + Clone + Send + Sync,
    >
{
}

/// What all rows of a table come to.
#[derive(Debug)]
pub(super) struct Digest {
    pub(super) rows: u64,
    pub(super) digest: [u8; 32],
}

fn key<E: EntityTrait>() -> Vec<E::Column> {
    E::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect()
}

/// What comes after `row`.
fn beyond<E: Moved>(row: &E::Model) -> Condition {
    let key = key::<E>();
    let mut any = Condition::any();
    for (place, column) in key.iter().enumerate() {
        let same = key[..place].iter().fold(Condition::all(), |all, before| {
            all.add(before.eq(row.get(*before)))
        });
        any = any.add(same.add(column.gt(row.get(*column))));
    }
    // Says nothing new, but lets an index of several columns be entered in the middle.
    Condition::all().add(key[0].gte(row.get(key[0]))).add(any)
}

async fn after<E: Moved>(store: &Store, last: Option<&E::Model>) -> StoreResult<Vec<E::Model>> {
    let mut query = key::<E>()
        .into_iter()
        .fold(E::find(), QueryOrder::order_by_asc);
    if let Some(last) = last {
        query = query.filter(beyond::<E>(last));
    }
    Ok(query.limit(SET).all(store.read().conn()).await?)
}

async fn last<E: Moved>(store: &Store) -> StoreResult<Option<E::Model>> {
    let query = key::<E>().into_iter().fold(E::find(), |query, column| {
        query.order_by(column, Order::Desc)
    });
    Ok(query.one(store.read().conn()).await?)
}

/// Whether a table has no row.
pub(super) async fn is_empty<E: EntityTrait>(store: &Store) -> StoreResult<bool> {
    Ok(E::find().one(store.read().conn()).await?.is_none())
}

/// Brings over what the target lacks. `told` hears how many rows came in this run so far.
pub(super) async fn copy<E: Moved>(
    moving: &Moving<'_>,
    mut told: impl FnMut(u64),
) -> StoreResult<()> {
    let mut arrived = last::<E>(moving.to).await?;
    let mut count = 0;
    loop {
        let rows = after::<E>(moving.from, arrived.as_ref()).await?;
        let Some(end) = rows.last().cloned() else {
            return Ok(());
        };
        count += rows.len() as u64;
        let written = moving.to.transact(move |tx| {
            let rows = rows.clone();
            Box::pin(async move { insert_all::<E, _, _>(tx.conn(), rows).await })
        });
        written.await?;
        arrived = Some(end);
        told(count);
    }
}

/// Reads every row. Both databases give back the same values, which are written out the same.
pub(super) async fn digest<E: Moved>(store: &Store) -> StoreResult<Digest> {
    let mut hash = Sha256::new();
    let mut count = 0;
    let mut seen = None;
    loop {
        let rows = after::<E>(store, seen.as_ref()).await?;
        for row in &rows {
            hash.update(format!("{row:?}\n"));
        }
        count += rows.len() as u64;
        match rows.into_iter().last() {
            Some(row) => seen = Some(row),
            None => break,
        }
    }
    Ok(Digest {
        rows: count,
        digest: hash.finalize().into(),
    })
}
