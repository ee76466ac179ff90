//! Whether a commit happened whose answer got lost.
//!
//! A connection that breaks during COMMIT leaves its outcome unknown: to run the writes again could double them, not to run
//! them could lose them. So each transaction of a process first moves the process's own row to the number of its group. The
//! next try waits on that row for the fate of the one before, and finds the number there if that one was committed.

use kernel::{ProcessId, Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    error::StoreResult,
    rows::insert_new,
    scope::{Conn, first_id_at},
    tables::fences,
    transact::WriteTx,
};

/// The groups of one process, by number.
#[derive(Debug)]
pub(crate) struct Fence {
    process: ProcessId,
    group: i64,
    /// Where the event log was before the answer got lost.
    pub(crate) head: Option<i64>,
}

impl Fence {
    pub(crate) const fn new(process: ProcessId) -> Self {
        Self {
            process,
            group: 0,
            head: None,
        }
    }

    /// Begins another group: its tries have a number of their own.
    pub(crate) const fn advance(&mut self) {
        self.group += 1;
        self.head = None;
    }

    /// Moves the row in `tx`. False where an earlier try of this group was committed after all.
    pub(crate) async fn pass(&self, tx: &DatabaseTransaction) -> StoreResult<bool> {
        let id = self.process.uuid();
        let moved = fences::Entity::update_many()
            .col_expr(fences::Column::Seq, Expr::value(self.group))
            .filter(fences::Column::ProcessId.eq(id))
            .filter(fences::Column::Seq.lt(self.group))
            .exec(tx)
            .await?;
        if moved.rows_affected == 1 {
            return Ok(true);
        }
        let row = fences::Model {
            process_id: id,
            seq: self.group,
        };
        match fences::Entity::find_by_id(id).one(tx).await? {
            Some(_) => Ok(false),
            None => insert_new::<fences::Entity, _, _>(tx, vec![row], "a fence")
                .await
                .map(|()| true),
        }
    }
}

impl WriteTx {
    /// Forgets at most `limit` of the processes that began before `before`. One that still runs makes its row again. Tells how many.
    pub async fn forget_fences_before(&self, before: Timestamp, limit: u64) -> StoreResult<usize> {
        let old: Vec<sea_orm::prelude::Uuid> = fences::Entity::find()
            .select_only()
            .column(fences::Column::ProcessId)
            .filter(fences::Column::ProcessId.lt(first_id_at(before)))
            .order_by_asc(fences::Column::ProcessId)
            .limit(limit)
            .into_tuple()
            .all(self.conn())
            .await?;
        let found = old.len();
        if found > 0 {
            fences::Entity::delete_many()
                .filter(fences::Column::ProcessId.is_in(old))
                .exec(self.conn())
                .await?;
        }
        Ok(found)
    }
}
