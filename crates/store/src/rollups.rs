//! Figures per day, kept by a follower of the event log.

use std::collections::BTreeMap;

use kernel::ProgramId;
use sea_orm::{ColumnTrait, Condition, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::{
    error::{StoreError, StoreResult},
    rows::{insert_all, upsert_all},
    scope::{Conn, InProject, Owned},
    tables::rollups,
    transact::WriteTx,
};

/// The rollups of a project.
#[derive(Debug)]
pub struct Rollups<'a, C>(InProject<'a, C>);

/// One figure of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// The program.
    pub program: ProgramId,
    /// The day in UTC as `yyyymmdd`.
    pub day: i64,
    /// What is counted.
    pub metric: String,
    /// Split by this: a channel, a unit; empty where it is not split.
    pub dimension: String,
    /// How much.
    pub value: i64,
}

/// One figure over a stretch of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// What is counted.
    pub metric: String,
    /// Split by this; empty where it is not split.
    pub dimension: String,
    /// How much.
    pub value: i64,
}

/// Rows in one condition; a longer one would be too deep for SQLite.
const CHUNK: usize = 200;

type Key = (ProgramId, String, i64, String);

impl<'a, C> InProject<'a, C> {
    /// Its figures per day.
    pub const fn rollups(self) -> Rollups<'a, C> {
        Rollups(self)
    }
}

impl<C: Conn> Rollups<'_, C> {
    /// The figures of these metrics from one day to another, both included, in order of days: of one program, or of
    /// each.
    pub async fn series(
        &self,
        program: Option<ProgramId>,
        metrics: &[&str],
        from_day: i64,
        to_day: i64,
    ) -> StoreResult<Vec<Rollup>> {
        let rows = self
            .figures(program, metrics, from_day, to_day)
            .order_by_asc(rollups::Column::Day)
            .all(self.0.db.conn())
            .await?;
        Ok(rows.into_iter().map(Rollup::from).collect())
    }

    /// The sums of these metrics from one day to another, both included: of one program, or of all.
    pub async fn totals(
        &self,
        program: Option<ProgramId>,
        metrics: &[&str],
        from_day: i64,
        to_day: i64,
    ) -> StoreResult<Vec<Total>> {
        use rollups::Column;
        let rows = self
            .figures(program, metrics, from_day, to_day)
            .select_only()
            .column(Column::Metric)
            .column(Column::Dimension)
            // MySQL sums into a decimal; the cast makes it the same whole number on both.
            .column_as(Column::Value.sum().cast_as("SIGNED"), "total")
            .group_by(Column::Metric)
            .group_by(Column::Dimension)
            .order_by_asc(Column::Metric)
            .order_by_asc(Column::Dimension)
            .into_tuple::<(String, String, i64)>()
            .all(self.0.db.conn())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(metric, dimension, value)| Total {
                metric,
                dimension,
                value,
            })
            .collect())
    }

    fn figures(
        &self,
        program: Option<ProgramId>,
        metrics: &[&str],
        from_day: i64,
        to_day: i64,
    ) -> Select<rollups::Entity> {
        let query = rollups::Entity::of(self.0.project)
            .filter(rollups::Column::Metric.is_in(metrics.iter().copied()))
            .filter(rollups::Column::Day.between(from_day, to_day));
        match program {
            Some(program) => query.filter(rollups::Column::ProgramId.eq(program.uuid())),
            None => query,
        }
    }
}

impl Rollups<'_, WriteTx> {
    /// Adds to figures: `value` is the difference.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where another process has begun the same figure meanwhile.
    pub async fn add(&self, changes: &[Rollup]) -> StoreResult<()> {
        let mut sums: BTreeMap<Key, i64> = BTreeMap::new();
        for change in changes {
            *sums.entry(change.key()).or_default() += change.value;
        }
        let sums: Vec<_> = sums
            .into_iter()
            .filter(|(_, change)| *change != 0)
            .collect();
        for chunk in sums.chunks(CHUNK) {
            self.add_chunk(chunk).await?;
        }
        Ok(())
    }

    async fn add_chunk(&self, sums: &[(Key, i64)]) -> StoreResult<()> {
        use rollups::Column;
        let any = sums.iter().fold(
            Condition::any(),
            |any, ((program, metric, day, dimension), _)| {
                any.add(
                    Condition::all()
                        .add(Column::ProgramId.eq(program.uuid()))
                        .add(Column::Metric.eq(metric))
                        .add(Column::Day.eq(*day))
                        .add(Column::Dimension.eq(dimension)),
                )
            },
        );
        let present: BTreeMap<Key, i64> = rollups::Entity::of(self.0.project)
            .filter(any)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?
            .into_iter()
            .map(Rollup::from)
            .map(|rollup| (rollup.key(), rollup.value))
            .collect();
        let (old, new): (Vec<_>, Vec<_>) =
            sums.iter().partition(|(key, _)| present.contains_key(key));
        let row = |(key, change): &(Key, i64)| {
            let (program, metric, day, dimension) = key.clone();
            rollups::Model {
                project_id: self.0.project.uuid(),
                program_id: program.uuid(),
                day,
                metric,
                dimension,
                value: present.get(key).copied().unwrap_or_default() + change,
            }
        };
        // A plain insert: what is not there cannot be held, so two processes may both begin it.
        let rows = new.into_iter().map(row).collect();
        match insert_all::<rollups::Entity, _, _>(self.0.db.conn(), rows).await {
            Err(StoreError::Duplicate(_)) => return Err(StoreError::Stale("a rollup")),
            written => written?,
        }
        upsert_all::<rollups::Entity, _, _>(
            self.0.db.conn(),
            old.into_iter().map(row).collect(),
            [
                Column::ProjectId,
                Column::ProgramId,
                Column::Metric,
                Column::Day,
                Column::Dimension,
            ],
            [Column::Value],
        )
        .await
    }
}

impl Rollup {
    fn key(&self) -> Key {
        (
            self.program,
            self.metric.clone(),
            self.day,
            self.dimension.clone(),
        )
    }
}

impl From<rollups::Model> for Rollup {
    fn from(row: rollups::Model) -> Self {
        Self {
            program: ProgramId::from_uuid(row.program_id),
            day: row.day,
            metric: row.metric,
            dimension: row.dimension,
            value: row.value,
        }
    }
}
