//! The contents of one database on their way into another, of whatever kind.
//!
//! Rows go over table by table in the order of their primary keys, so the last row that arrived says where to go on after a
//! break. At the end both sides are read once more and have to be the same, row by row.

mod rows;

use sea_orm::{EntityTrait, IntoActiveModel};

use self::rows::{Digest, copy, digest, is_empty};
use crate::{
    error::{StoreError, StoreResult},
    rows::insert_all,
    scope::Conn,
    store::Store,
    tables::{self, moves},
    verify::LedgerReport,
};

/// Why the contents did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// One of the two databases could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The target has contents of its own.
    #[error("the target holds data already, in the table {0}; take an empty database")]
    Occupied(&'static str),
    /// The contents of yet another database are on their way into the target.
    #[error("the target is half filled from another source; take an empty database")]
    OtherSource,
    /// The source was written to meanwhile.
    #[error(
        "the source was written to meanwhile: stop every process that uses it, empty the target and begin anew"
    )]
    Written,
    /// A table is not the same on both sides.
    #[error("the table {0} is not the same on both sides; empty the target and begin anew")]
    Differs(&'static str),
    /// The ledger's books are not the same on both sides.
    #[error("the ledgers' books are not the same on both sides")]
    Books,
}

/// What just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many rows of a table are in the target now.
    Copied(&'static str, u64),
    /// So many rows of a table were compared.
    Compared(&'static str, u64),
}

/// A table that is the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The table.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over every row in the order of the primary key.
    pub digest: [u8; 32],
}

/// From one database into another.
#[derive(Debug, Clone, Copy)]
pub struct Moving<'a> {
    /// Nobody writes to it.
    pub from: &'a Store,
    /// Empty, or half filled by the same move.
    pub to: &'a Store,
}

/// Runs `$do!(entity)` for every table that is moved. `fences` and `moves` are about processes and moves, not contents.
macro_rules! each_table {
    ($do:ident) => {
        $do!(
            accounts,
            api_keys,
            attempts,
            audit,
            clicks,
            codes,
            coupon_pools,
            coupons,
            cursors,
            deliveries,
            endpoints,
            events,
            grants,
            heads,
            idempotency,
            invitations,
            jobs,
            journals,
            log,
            members,
            notices,
            one_time_links,
            operator_tokens,
            operators,
            orders,
            program_versions,
            programs,
            projects,
            referrals,
            rollups,
            sessions,
            standings,
            tallies,
            transfers
        )
    };
}

macro_rules! names {
    ($($table:ident),*) => { &[$(stringify!($table)),*] };
}

impl Moving<'_> {
    /// The tables that are moved.
    pub const TABLES: &'static [&'static str] = each_table!(names);

    /// Copies what is missing, compares all of it, and opens the target for use. `source` says which database it is, so that
    /// another one is not mixed into a half-filled target.
    ///
    /// # Errors
    /// [`MoveError`]. The target then stays closed to servers; after a break, and only then, the same call goes on.
    pub async fn run(
        &self,
        source: [u8; 32],
        mut told: impl FnMut(Step),
    ) -> Result<(Vec<Compared>, LedgerReport), MoveError> {
        let before = self.place().await?;
        self.begin(source).await?;
        macro_rules! copy_each {
            ($($table:ident),*) => {
                $(copy::<tables::$table::Entity>(self, |rows| told(Step::Copied(stringify!($table), rows))).await?;)*
            };
        }
        each_table!(copy_each);
        let mut same = Vec::new();
        macro_rules! compare_each {
            ($($table:ident),*) => {
                $(
                    let name = stringify!($table);
                    let found = self.compare::<tables::$table::Entity>(name).await?;
                    told(Step::Compared(name, found.rows));
                    same.push(found);
                )*
            };
        }
        each_table!(compare_each);
        let books = self.to.read().verify_ledger(|_| {}).await?;
        if books != self.from.read().verify_ledger(|_| {}).await? {
            return Err(MoveError::Books);
        }
        if self.place().await? != before {
            return Err(MoveError::Written);
        }
        self.end().await?;
        Ok((same, books))
    }

    /// Where the source's log and audit trail are: whatever is written moves one of the two.
    async fn place(&self) -> StoreResult<Vec<(String, i64)>> {
        let heads = tables::heads::Entity::find();
        let heads = heads.all(self.from.read().conn()).await?;
        Ok(heads.into_iter().map(|row| (row.name, row.seq)).collect())
    }

    async fn begin(&self, source: [u8; 32]) -> Result<(), MoveError> {
        match moves::Entity::find().one(self.to.read().conn()).await {
            Err(error) => return Err(StoreError::from(error).into()),
            Ok(Some(row)) if row.source_hash == source => return Ok(()),
            Ok(Some(_)) => return Err(MoveError::OtherSource),
            Ok(None) => {}
        }
        macro_rules! none_of {
            ($($table:ident),*) => {
                $(
                    if !is_empty::<tables::$table::Entity>(self.to).await? {
                        return Err(MoveError::Occupied(stringify!($table)));
                    }
                )*
            };
        }
        each_table!(none_of);
        let row = moves::Model {
            source_hash: source.to_vec(),
        };
        let marked = self.to.transact(move |tx| {
            let row = row.clone().into_active_model();
            Box::pin(async move { insert_all::<moves::Entity, _, _>(tx.conn(), vec![row]).await })
        });
        Ok(marked.await?)
    }

    async fn compare<E>(&self, table: &'static str) -> Result<Compared, MoveError>
    where
        E: rows::Moved,
    {
        let Digest { rows, digest: one } = digest::<E>(self.from).await?;
        let other = digest::<E>(self.to).await?;
        if (rows, one) != (other.rows, other.digest) {
            return Err(MoveError::Differs(table));
        }
        Ok(Compared {
            table,
            rows,
            digest: one,
        })
    }

    async fn end(&self) -> StoreResult<()> {
        let gone = self.to.transact(|tx| {
            Box::pin(async move {
                moves::Entity::delete_many().exec(tx.conn()).await?;
                Ok(())
            })
        });
        gone.await
    }
}

impl Store {
    /// Whether the contents of another database are on their way into this one and not all here.
    pub async fn is_half_filled(&self) -> StoreResult<bool> {
        is_empty::<moves::Entity>(self).await.map(|empty| !empty)
    }
}
