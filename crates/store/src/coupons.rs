//! Coupon pools and their coupons.

use std::collections::{HashMap, HashSet};

use domain::coupons::{Coupon, Pool};
use kernel::{CouponId, GrantId, PoolId, ProjectId};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    convert::number,
    error::StoreResult,
    rows::insert_all,
    scope::{Conn, InProject, Owned},
    tables::{coupon_pools, coupons},
    transact::WriteTx,
};

/// Codes that one query asks for.
const LOOKED_UP: usize = 500;

/// The coupon pools of a project.
#[derive(Debug)]
pub struct Coupons<'a, C>(InProject<'a, C>);

impl<'a, C> InProject<'a, C> {
    /// Its coupon pools.
    pub const fn coupons(self) -> Coupons<'a, C> {
        Coupons(self)
    }
}

impl<C: Conn> Coupons<'_, C> {
    /// Every pool, by slug.
    pub async fn pools(&self) -> StoreResult<Vec<Pool>> {
        let rows = coupon_pools::Entity::of(self.0.project)
            .order_by_asc(coupon_pools::Column::Slug)
            .all(self.0.db.conn())
            .await?;
        let left: HashMap<Uuid, i64> = coupons::Entity::of(self.0.project)
            .filter(coupons::Column::GrantId.is_null())
            .select_only()
            .column(coupons::Column::PoolId)
            .column_as(coupons::Column::Id.count(), "left")
            .group_by(coupons::Column::PoolId)
            .into_tuple::<(Uuid, i64)>()
            .all(self.0.db.conn())
            .await?
            .into_iter()
            .collect();
        rows.into_iter()
            .map(|row| {
                let left = left.get(&row.id).copied().unwrap_or_default();
                pool(row, number(left, "coupons", "id")?)
            })
            .collect()
    }

    /// The slugs of the pools that have no coupon to give and make none, in order.
    pub async fn exhausted(&self) -> StoreResult<Vec<String>> {
        let uploaded = coupon_pools::Entity::of(self.0.project)
            .filter(coupon_pools::Column::Pattern.is_null())
            .order_by_asc(coupon_pools::Column::Slug)
            .all(self.0.db.conn())
            .await?;
        let mut exhausted = Vec::new();
        for pool in uploaded {
            let one = coupons::Entity::of(self.0.project)
                .filter(coupons::Column::PoolId.eq(pool.id))
                .filter(coupons::Column::GrantId.is_null())
                .one(self.0.db.conn())
                .await?;
            if one.is_none() {
                exhausted.push(pool.slug);
            }
        }
        Ok(exhausted)
    }

    /// The pool with this slug.
    pub async fn find_by_slug(&self, slug: &str) -> StoreResult<Option<Pool>> {
        let row = coupon_pools::Entity::of(self.0.project)
            .filter(coupon_pools::Column::Slug.eq(slug))
            .one(self.0.db.conn())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let left = self.left(PoolId::from_uuid(row.id)).await?;
        pool(row, left).map(Some)
    }

    /// Which of these codes a pool has, given or not.
    pub async fn known(&self, pool: PoolId, codes: &[&str]) -> StoreResult<HashSet<String>> {
        let mut known = HashSet::new();
        for chunk in codes.chunks(LOOKED_UP) {
            let rows: Vec<String> = coupons::Entity::of(self.0.project)
                .filter(coupons::Column::PoolId.eq(pool.uuid()))
                .filter(coupons::Column::Code.is_in(chunk.iter().copied()))
                .select_only()
                .column(coupons::Column::Code)
                .into_tuple()
                .all(self.0.db.conn())
                .await?;
            known.extend(rows);
        }
        Ok(known)
    }

    /// How many coupons of a pool are not given yet.
    pub async fn left(&self, pool: PoolId) -> StoreResult<u64> {
        Ok(coupons::Entity::of(self.0.project)
            .filter(coupons::Column::PoolId.eq(pool.uuid()))
            .filter(coupons::Column::GrantId.is_null())
            .count(self.0.db.conn())
            .await?)
    }
}

impl Coupons<'_, WriteTx> {
    /// Adds a pool.
    ///
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where the slug is taken.
    pub async fn insert(&self, pool: &Pool) -> StoreResult<()> {
        let row = coupon_pools::Model {
            id: pool.id.uuid(),
            project_id: self.0.project.uuid(),
            slug: pool.slug.clone(),
            pattern: pool.pattern.clone(),
            created_at: pool.created_at,
        };
        insert_all::<coupon_pools::Entity, _, _>(self.0.db.conn(), vec![row]).await
    }

    /// Adds coupons to a pool: free ones, or made for a grant.
    ///
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where the pool has one of the codes.
    pub async fn add_coupons(&self, pool: PoolId, coupons: &[Coupon]) -> StoreResult<()> {
        let rows = coupons
            .iter()
            .map(|coupon| coupons::Model {
                id: coupon.id.uuid(),
                project_id: self.0.project.uuid(),
                pool_id: pool.uuid(),
                code: coupon.code.clone(),
                grant_id: coupon.grant.map(GrantId::uuid),
                created_at: coupon.created_at,
            })
            .collect();
        insert_all::<coupons::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Gives the pool's oldest free coupon to a grant; none where the pool is empty.
    pub async fn take(&self, pool: PoolId, grant: GrantId) -> StoreResult<Option<Coupon>> {
        let free = coupons::Entity::of(self.0.project)
            .filter(coupons::Column::PoolId.eq(pool.uuid()))
            .filter(coupons::Column::GrantId.is_null())
            .order_by_asc(coupons::Column::Id)
            .limit(1)
            .lock_exclusive()
            .one(self.0.db.conn())
            .await?;
        let Some(row) = free else { return Ok(None) };
        coupons::Entity::update_many()
            .col_expr(coupons::Column::GrantId, grant.uuid().into())
            .filter(coupons::Column::Id.eq(row.id))
            .exec(self.0.db.conn())
            .await?;
        Ok(Some(Coupon {
            grant: Some(grant),
            ..Coupon::from(row)
        }))
    }
}

fn pool(row: coupon_pools::Model, left: u64) -> StoreResult<Pool> {
    let left = match row.pattern {
        Some(_) => None,
        None => Some(number(left, "coupons", "id")?),
    };
    Ok(Pool {
        id: PoolId::from_uuid(row.id),
        project: ProjectId::from_uuid(row.project_id),
        slug: row.slug,
        pattern: row.pattern,
        created_at: row.created_at,
        left,
    })
}

impl From<coupons::Model> for Coupon {
    fn from(row: coupons::Model) -> Self {
        Self {
            id: CouponId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            pool: PoolId::from_uuid(row.pool_id),
            code: row.code,
            grant: row.grant_id.map(GrantId::from_uuid),
            created_at: row.created_at,
        }
    }
}
