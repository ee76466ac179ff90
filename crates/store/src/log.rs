//! The event log and its followers' cursors.

use domain::log::{Entry, Fact};
use kernel::{ProjectId, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    convert::{document, parsed},
    error::{StoreError, StoreResult},
    rows::{insert_absent, insert_all},
    scope::Conn,
    store::{Reader, Store},
    tables::{cursors, heads, log},
    transact::WriteTx,
};

mod recent;

pub(crate) use recent::Recent;

const HEAD: &str = "log";

/// How many bytes of facts a row holds at most, unless one alone has more: it then goes to MySQL in one record (see `rows`),
/// and a follower that takes many rows takes no more than so many times this.
const ROW: usize = 12 * 1024;

/// Gives the entries their places and writes them; gives the rows that they became. The lock on the head row is held until the
/// commit, so places become visible in order and without gaps, whatever number of processes write.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    entries: Vec<Entry>,
) -> StoreResult<Vec<Entry>> {
    let mut rows: Vec<(Entry, String)> = entries.into_iter().flat_map(rows).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let head = reserve(tx, HEAD, count).await?;
    for ((row, _), seq) in rows.iter_mut().zip(head - count + 1..) {
        row.seq = seq;
    }
    let (rows, models): (Vec<Entry>, Vec<log::Model>) = rows
        .into_iter()
        .map(|(row, facts)| {
            let model = log::Model {
                seq: row.seq,
                project_id: row.project.map(ProjectId::uuid),
                at: row.at,
                facts,
            };
            (row, model)
        })
        .unzip();
    insert_all::<log::Entity, _, _>(tx, models).await?;
    Ok(rows)
}

/// An entry as rows with their documents, each as full as it may be.
fn rows(entry: Entry) -> Vec<(Entry, String)> {
    let mut rows: Vec<(Entry, String)> = Vec::new();
    for fact in entry.facts {
        let text = document(&fact);
        match rows.last_mut() {
            Some((row, facts)) if facts.len() + text.len() < ROW => {
                facts.push(',');
                facts.push_str(&text);
                row.facts.push(fact);
            }
            _ => {
                let row = Entry {
                    facts: vec![fact],
                    ..entry
                };
                rows.push((row, format!("[{text}")));
            }
        }
    }
    for (_, facts) in &mut rows {
        facts.push(']');
    }
    rows
}

/// Takes `count` places after the head called `name`, and its lock. Gives the new head.
pub(crate) async fn reserve(tx: &DatabaseTransaction, name: &str, count: i64) -> StoreResult<i64> {
    if !advance(tx, name, count).await? {
        // Two processes may both find no head; the one that comes second waits here and then finds the other's.
        let row = heads::Model {
            name: name.to_owned(),
            seq: 0,
            chain_hash: None,
        };
        insert_absent::<heads::Entity, _, _>(tx, vec![row]).await?;
        advance(tx, name, count).await?;
    }
    let head = heads::Entity::find_by_id(name).one(tx).await?;
    head.map(|row| row.seq).ok_or(StoreError::Stale("heads"))
}

async fn advance(tx: &DatabaseTransaction, name: &str, count: i64) -> StoreResult<bool> {
    let moved = heads::Entity::update_many()
        .col_expr(heads::Column::Seq, Expr::col(heads::Column::Seq).add(count))
        .filter(heads::Column::Name.eq(name))
        .exec(tx)
        .await?;
    Ok(moved.rows_affected == 1)
}

impl Store {
    /// Some of the entries after `seq`, at most `limit` and in order, as this process or the database knows them.
    pub async fn log_after(&self, seq: i64, limit: u64) -> StoreResult<Vec<Entry>> {
        match self.inner.recent().after(seq, limit) {
            Some(entries) => Ok(entries),
            None => self.read().log_after(seq, limit).await,
        }
    }
}

impl Reader {
    /// At most `limit` entries after `seq`, in order.
    pub async fn log_after(&self, seq: i64, limit: u64) -> StoreResult<Vec<Entry>> {
        log_after(self, seq, limit).await
    }

    /// At most `limit` entries of a project at the places `first` to `last`, in order. Reads through what other projects
    /// have between them.
    pub async fn log_of(
        &self,
        project: ProjectId,
        first: i64,
        last: i64,
        limit: u64,
    ) -> StoreResult<Vec<Entry>> {
        let rows = log::Entity::find()
            .filter(log::Column::Seq.between(first, last))
            .filter(log::Column::ProjectId.eq(project.uuid()))
            .order_by_asc(log::Column::Seq)
            .limit(limit)
            .all(self.conn())
            .await?;
        rows.into_iter().map(Entry::try_from).collect()
    }

    /// The last place of the log; 0 where it is empty.
    pub async fn log_head(&self) -> StoreResult<i64> {
        Ok(heads::Entity::find_by_id(HEAD)
            .one(self.conn())
            .await?
            .map_or(0, |row| row.seq))
    }

    /// How far the follower called `name` has come; 0 for a new one.
    pub async fn cursor(&self, name: &str) -> StoreResult<i64> {
        Ok(cursors::Entity::find_by_id(name)
            .one(self.conn())
            .await?
            .map_or(0, |row| row.seq))
    }

    /// All cursors, by name.
    pub async fn cursors(&self) -> StoreResult<Vec<(String, i64)>> {
        let rows = cursors::Entity::find().all(self.conn()).await?;
        Ok(rows.into_iter().map(|row| (row.name, row.seq)).collect())
    }
}

impl WriteTx {
    /// Some of the entries after `seq`, at most `limit` and in order: from memory where this process has just written them.
    pub async fn log_after(&self, seq: i64, limit: u64) -> StoreResult<Vec<Entry>> {
        if let Some(entries) = self.recent().after(seq, limit) {
            if let Some(last) = entries.last()
                && self.has_written(last).await?
            {
                return Ok(entries);
            }
            self.recent().clear();
        }
        log_after(self, seq, limit).await
    }

    /// Whether the log holds this entry. It does not, where the database went on without its last commits: a group that was begun
    /// anew from a member that lacked them, a server that was restored. Other entries have their places then.
    async fn has_written(&self, entry: &Entry) -> StoreResult<bool> {
        let written: Option<(Option<Uuid>, Timestamp)> = log::Entity::find_by_id(entry.seq)
            .select_only()
            .column(log::Column::ProjectId)
            .column(log::Column::At)
            .into_tuple()
            .one(self.conn())
            .await?;
        Ok(written == Some((entry.project.map(ProjectId::uuid), entry.at)))
    }

    /// How far the follower called `name` has come. Holds its row until the commit, so that two processes
    /// cannot both take the same entries.
    pub async fn cursor_lock(&self, name: &str) -> StoreResult<i64> {
        if let Some(row) = self.cursor_row(name).await? {
            return Ok(row.seq);
        }
        // A row that is not there cannot be held.
        let row = cursors::Model {
            name: name.to_owned(),
            seq: 0,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        insert_absent::<cursors::Entity, _, _>(self.conn(), vec![row]).await?;
        Ok(self.cursor_row(name).await?.map_or(0, |row| row.seq))
    }

    async fn cursor_row(&self, name: &str) -> StoreResult<Option<cursors::Model>> {
        Ok(cursors::Entity::find_by_id(name)
            .lock_exclusive()
            .one(self.conn())
            .await?)
    }

    /// Remembers that the follower called `name` has dealt with everything up to `seq`.
    pub async fn cursor_set(&self, name: &str, seq: i64, now: Timestamp) -> StoreResult<()> {
        let row = cursors::Model {
            name: name.to_owned(),
            seq,
            updated_at: now,
        };
        cursors::Entity::insert(row.into_active_model())
            .on_conflict(
                OnConflict::column(cursors::Column::Name)
                    .update_columns([cursors::Column::Seq, cursors::Column::UpdatedAt])
                    .to_owned(),
            )
            .exec_without_returning(self.conn())
            .await?;
        Ok(())
    }
}

async fn log_after<C: Conn>(db: &C, seq: i64, limit: u64) -> StoreResult<Vec<Entry>>
where
    C::C: ConnectionTrait,
{
    let rows = log::Entity::find()
        .filter(log::Column::Seq.gt(seq))
        .order_by_asc(log::Column::Seq)
        .limit(limit)
        .all(db.conn())
        .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

impl TryFrom<log::Model> for Entry {
    type Error = StoreError;

    fn try_from(row: log::Model) -> StoreResult<Self> {
        let facts: Vec<Fact> = parsed(&row.facts, "log", "facts")?;
        Ok(Self {
            seq: row.seq,
            project: row.project_id.map(ProjectId::from_uuid),
            at: row.at,
            facts,
        })
    }
}
