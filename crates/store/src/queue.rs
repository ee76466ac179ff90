//! The job queue.

use std::collections::HashSet;

use chrono::TimeDelta;
use kernel::{JobId, Page, PageRequest, Timestamp};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType},
};
use uuid::Uuid;

use crate::{
    convert::{name, number, variant},
    error::{StoreError, StoreResult},
    rows::insert_all,
    scope::{Conn, newest},
    store::Reader,
    tables::jobs,
    transact::WriteTx,
};

mod job;

pub use job::{Job, JobState, NewJob, QueueFigure};

/// Which jobs a worker may take, by state: those whose worker let its lease run out, and those whose time has come.
fn claimable(now: Timestamp) -> [(JobState, Expr); 2] {
    [
        (JobState::Running, jobs::Column::LeaseUntil.lte(now)),
        (JobState::Queued, jobs::Column::RunAt.lte(now)),
    ]
}

fn ready_in(kinds: &[&str], state: JobState, ready: Expr) -> Condition {
    Condition::all()
        .add(jobs::Column::State.eq(name(&state)))
        .add(ready)
        .add(jobs::Column::Kind.is_in(kinds.iter().copied()))
}

impl WriteTx {
    /// Puts jobs into the queue. One whose `dedupe_key` is there already is that job and not put in again.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where another process has put in the same job meanwhile.
    pub async fn enqueue(&self, new: &[NewJob]) -> StoreResult<()> {
        let keys: Vec<&str> = new
            .iter()
            .filter_map(|job| job.dedupe_key.as_deref())
            .collect();
        let mut taken: HashSet<String> = if keys.is_empty() {
            HashSet::new()
        } else {
            jobs::Entity::find()
                .filter(jobs::Column::DedupeKey.is_in(keys))
                .select_only()
                .column(jobs::Column::DedupeKey)
                .into_tuple()
                .all(self.conn())
                .await?
                .into_iter()
                .collect()
        };
        let rows = new
            .iter()
            .filter(|job| {
                job.dedupe_key
                    .as_ref()
                    .is_none_or(|key| taken.insert(key.clone()))
            })
            .map(jobs::Model::from)
            .collect();
        match insert_all::<jobs::Entity, _, _>(self.conn(), rows).await {
            Err(StoreError::Duplicate(_)) => Err(StoreError::Stale("a job")),
            written => written,
        }
    }

    /// Takes at most `limit` jobs of these kinds for the worker `owner`: those whose time has come, and those whose
    /// worker let its lease run out. Each counts as begun.
    pub async fn claim(
        &self,
        kinds: &[&str],
        owner: &str,
        now: Timestamp,
        lease: TimeDelta,
        limit: u64,
    ) -> StoreResult<Vec<Job>> {
        let mut rows = Vec::new();
        for (state, ready) in claimable(now) {
            let room = limit - rows.len() as u64;
            if room > 0 {
                rows.extend(self.unclaimed(kinds, state, ready, room).await?);
            }
        }
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let until = now + lease;
        jobs::Entity::update_many()
            .col_expr(jobs::Column::State, name(&JobState::Running).into())
            .col_expr(jobs::Column::LeaseOwner, owner.into())
            .col_expr(jobs::Column::LeaseUntil, until.into())
            .col_expr(
                jobs::Column::Attempts,
                Expr::col(jobs::Column::Attempts).add(1),
            )
            .filter(jobs::Column::Id.is_in(rows.iter().map(|row| row.id)))
            .exec(self.conn())
            .await?;
        rows.into_iter()
            .map(|row| {
                let job = Job::try_from(row)?;
                Ok(Job {
                    state: JobState::Running,
                    lease_owner: Some(owner.to_owned()),
                    lease_until: Some(until),
                    attempts: job.attempts + 1,
                    ..job
                })
            })
            .collect()
    }

    /// What nobody else is claiming at this moment.
    async fn unclaimed(
        &self,
        kinds: &[&str],
        state: JobState,
        ready: Expr,
        limit: u64,
    ) -> StoreResult<Vec<jobs::Model>> {
        Ok(jobs::Entity::find()
            .filter(ready_in(kinds, state, ready))
            .order_by_asc(jobs::Column::RunAt)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(self.conn())
            .await?)
    }

    /// Keeps a job that `owner` has until `until`. False where it has lost the lease.
    pub async fn extend_lease(
        &self,
        id: JobId,
        owner: &str,
        until: Timestamp,
    ) -> StoreResult<bool> {
        let kept = jobs::Entity::update_many()
            .col_expr(jobs::Column::LeaseUntil, until.into())
            .filter(held(id, owner))
            .exec(self.conn())
            .await?;
        Ok(kept.rows_affected == 1)
    }

    /// Removes a job that `owner` has done. False where it has lost the lease: then another worker does the job, and
    /// what was done here has to be undone.
    pub async fn complete(&self, id: JobId, owner: &str) -> StoreResult<bool> {
        let gone = jobs::Entity::delete_many()
            .filter(held(id, owner))
            .exec(self.conn())
            .await?;
        Ok(gone.rows_affected == 1)
    }

    /// Puts back a job that `owner` could not do, to be tried at `retry_at`, or gives it up where there is no such
    /// time. False where it has lost the lease.
    pub async fn fail(
        &self,
        id: JobId,
        owner: &str,
        error: &str,
        retry_at: Option<Timestamp>,
    ) -> StoreResult<bool> {
        let state = if retry_at.is_some() {
            JobState::Queued
        } else {
            JobState::Dead
        };
        let mut update = jobs::Entity::update_many()
            .col_expr(jobs::Column::State, name(&state).into())
            .col_expr(jobs::Column::LastError, error.into())
            .col_expr(jobs::Column::LeaseOwner, Option::<String>::None.into())
            .col_expr(jobs::Column::LeaseUntil, Option::<Timestamp>::None.into());
        if let Some(time) = retry_at {
            update = update.col_expr(jobs::Column::RunAt, time.into());
        }
        let put_back = update.filter(held(id, owner)).exec(self.conn()).await?;
        Ok(put_back.rows_affected == 1)
    }

    /// Puts a job that was given up into the queue again, with all its tries. False where there is no such job.
    pub async fn revive(&self, id: JobId, now: Timestamp) -> StoreResult<bool> {
        let revived = jobs::Entity::update_many()
            .col_expr(jobs::Column::State, name(&JobState::Queued).into())
            .col_expr(jobs::Column::RunAt, now.into())
            .col_expr(jobs::Column::Attempts, 0.into())
            .filter(jobs::Column::Id.eq(id.uuid()))
            .filter(jobs::Column::State.eq(name(&JobState::Dead)))
            .exec(self.conn())
            .await?;
        Ok(revived.rows_affected == 1)
    }
}

impl Reader {
    /// The figures of the queue, by kind and state.
    pub async fn queue_figures(&self) -> StoreResult<Vec<QueueFigure>> {
        let rows = jobs::Entity::find()
            .select_only()
            .column(jobs::Column::Kind)
            .column(jobs::Column::State)
            .column_as(jobs::Column::Id.count(), "count")
            .column_as(jobs::Column::RunAt.min(), "oldest")
            .group_by(jobs::Column::Kind)
            .group_by(jobs::Column::State)
            .order_by_asc(jobs::Column::Kind)
            .order_by_asc(jobs::Column::State)
            .into_tuple::<(String, String, i64, Timestamp)>()
            .all(self.conn())
            .await?;
        rows.into_iter()
            .map(|(kind, state, count, oldest)| {
                let state = variant(&state, "jobs", "state")?;
                Ok(QueueFigure {
                    kind,
                    state,
                    count: number(count, "jobs", "id")?,
                    oldest,
                })
            })
            .collect()
    }

    /// Whether [`WriteTx::claim`] would find a job of these kinds.
    pub async fn has_claimable(&self, kinds: &[&str], now: Timestamp) -> StoreResult<bool> {
        for (state, ready) in claimable(now) {
            let found = jobs::Entity::find()
                .filter(ready_in(kinds, state, ready))
                .select_only()
                .column(jobs::Column::Id)
                .limit(1)
                .into_tuple::<Uuid>()
                .one(self.conn())
                .await?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many jobs wait although their time has come, and the time for which the oldest of them was meant.
    pub async fn jobs_due(&self, now: Timestamp) -> StoreResult<(u64, Option<Timestamp>)> {
        let due = jobs::Entity::find()
            .filter(jobs::Column::State.eq(name(&JobState::Queued)))
            .filter(jobs::Column::RunAt.lte(now))
            .select_only()
            .column_as(jobs::Column::Id.count(), "count")
            .column_as(jobs::Column::RunAt.min(), "oldest")
            .into_tuple::<(i64, Option<Timestamp>)>()
            .one(self.conn())
            .await?;
        let (count, oldest) = due.unwrap_or_default();
        Ok((number(count, "jobs", "id")?, oldest))
    }

    /// A page of the jobs that were given up, newest first.
    pub async fn dead_jobs(&self, page: PageRequest) -> StoreResult<Page<Job>> {
        let query = jobs::Entity::find().filter(jobs::Column::State.eq(name(&JobState::Dead)));
        let rows = newest(query, jobs::Column::Id, page)
            .all(self.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Job::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |job: &Job| job.id.uuid()))
    }
}

/// The job, as long as `owner` has it.
fn held(id: JobId, owner: &str) -> Condition {
    Condition::all()
        .add(jobs::Column::Id.eq(id.uuid()))
        .add(jobs::Column::State.eq(name(&JobState::Running)))
        .add(jobs::Column::LeaseOwner.eq(owner))
}
