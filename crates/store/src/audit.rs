//! The audit trail.

use domain::audit::{AuditEntry, GENESIS, chain};
use kernel::{Cursor, Page, PageRequest, Place, ProjectId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    convert::{bytes, document, parsed},
    directory::Directory,
    error::{StoreError, StoreResult},
    log::reserve,
    rows::insert_all,
    scope::{Conn, merged},
    store::Reader,
    tables::{
        audit::{self, Column},
        heads,
    },
    transact::WriteTx,
};

const HEAD: &str = "audit";

/// Whose part of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trail {
    /// Everybody's.
    Whole,
    /// What belongs to no project.
    Installation,
    /// That of a project.
    Project(ProjectId),
}

/// Which entries a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By this actor, as the trail names it.
    pub actor: Option<String>,
    /// Whose action begins so: `program.` or `program.paused`.
    pub action: Option<String>,
    /// About this.
    pub subject: Option<String>,
}

impl WriteTx {
    /// Puts an entry at the end of the trail. The lock on its head is held until the commit, so places have no gaps
    /// and each hash covers the entry before.
    ///
    /// `actor` and `action` have at most 64 characters, `subject` at most 191.
    pub async fn audit(
        &self,
        project: Option<ProjectId>,
        at: Timestamp,
        actor: &str,
        action: &str,
        subject: &str,
        detail: Value,
    ) -> StoreResult<()> {
        let seq = reserve(self.conn(), HEAD, 1).await?;
        let head = heads::Entity::find_by_id(HEAD).one(self.conn()).await?;
        let previous = match head.and_then(|row| row.chain_hash) {
            Some(hash) => bytes(&hash, "heads", "chain_hash")?,
            None => GENESIS,
        };
        let mut entry = AuditEntry {
            seq,
            project,
            at,
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail,
            hash: GENESIS,
        };
        entry.hash = chain(previous, &entry);
        heads::Entity::update_many()
            .col_expr(heads::Column::ChainHash, entry.hash.to_vec().into())
            .filter(heads::Column::Name.eq(HEAD))
            .exec(self.conn())
            .await?;
        insert_all::<audit::Entity, _, _>(self.conn(), vec![audit::Model::from(entry)]).await
    }
}

impl<C: Conn> Directory<'_, C> {
    /// A page of the trail, newest first. Its cursors are places.
    pub async fn audit_entries(
        &self,
        trail: Trail,
        filter: &AuditFilter,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        let mut query = of(trail);
        if let Some(actor) = &filter.actor {
            query = query.filter(Column::Actor.eq(actor));
        }
        if let Some(subject) = &filter.subject {
            query = query.filter(Column::Subject.eq(subject));
        }
        let rows = match &filter.action {
            // No index has a stretch of actions in the order of the trail, but it has each of them: a walk along each.
            Some(start) if filter.actor.is_none() && filter.subject.is_none() => {
                let mut rows = Vec::new();
                for action in self.audit_actions(trail, start).await? {
                    let of_action = query.clone().filter(Column::Action.eq(action));
                    rows.extend(last(of_action, page).all(self.0.conn()).await?);
                }
                merged(rows, |row| row.seq, page)
            }
            Some(start) => {
                let begins = beginning_with(query, start);
                last(begins, page).all(self.0.conn()).await?
            }
            None => last(query, page).all(self.0.conn()).await?,
        };
        let entries = rows
            .into_iter()
            .map(AuditEntry::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(entries, page, |entry: &AuditEntry| {
            Uuid::from_u128(entry.seq.unsigned_abs().into())
        }))
    }

    /// The actions of the trail that begin so: one step along an index for each, however often it happened.
    async fn audit_actions(&self, trail: Trail, start: &str) -> StoreResult<Vec<String>> {
        let mut actions: Vec<String> = Vec::new();
        loop {
            let mut query = beginning_with(of(trail), start);
            if let Some(last) = actions.last() {
                query = query.filter(Column::Action.gt(last));
            }
            let next: Option<String> = query
                .order_by_asc(Column::Action)
                .limit(1)
                .select_only()
                .column(Column::Action)
                .into_tuple()
                .one(self.0.conn())
                .await?;
            match next {
                Some(action) => actions.push(action),
                None => return Ok(actions),
            }
        }
    }
}

fn of(trail: Trail) -> Select<audit::Entity> {
    let query = audit::Entity::find();
    match trail {
        Trail::Whole => query,
        Trail::Installation => query.filter(Column::ProjectId.is_null()),
        Trail::Project(id) => query.filter(Column::ProjectId.eq(id.uuid())),
    }
}

fn beginning_with(query: Select<audit::Entity>, start: &str) -> Select<audit::Entity> {
    query
        .filter(Column::Action.gte(start))
        .filter(Column::Action.lt(format!("{start}\u{10FFFF}")))
}

/// The rows of a page, newest first.
fn last(query: Select<audit::Entity>, page: PageRequest) -> Select<audit::Entity> {
    let query = match page.place {
        Place::First => query.order_by_desc(Column::Seq),
        Place::After(cursor) => query
            .filter(Column::Seq.lt(place(cursor)))
            .order_by_desc(Column::Seq),
        Place::Before(cursor) => query
            .filter(Column::Seq.gt(place(cursor)))
            .order_by_asc(Column::Seq),
    };
    query.limit(u64::from(page.limit) + 1)
}

impl Reader {
    /// At most `limit` entries after the place `seq`, in order: what [`domain::audit::verify`] checks.
    pub async fn audit_all_after(&self, seq: i64, limit: u64) -> StoreResult<Vec<AuditEntry>> {
        let rows = audit::Entity::find()
            .filter(Column::Seq.gt(seq))
            .order_by_asc(Column::Seq)
            .limit(limit)
            .all(self.conn())
            .await?;
        rows.into_iter().map(AuditEntry::try_from).collect()
    }
}

/// The place that a cursor of the trail names.
fn place(cursor: Cursor) -> i64 {
    i64::try_from(cursor.0.as_u128()).unwrap_or(i64::MAX)
}

impl From<AuditEntry> for audit::Model {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            project_id: entry.project.map(ProjectId::uuid),
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            detail: document(&entry.detail),
            chain_hash: entry.hash.to_vec(),
        }
    }
}

impl TryFrom<audit::Model> for AuditEntry {
    type Error = StoreError;

    fn try_from(row: audit::Model) -> StoreResult<Self> {
        Ok(Self {
            seq: row.seq,
            project: row.project_id.map(ProjectId::from_uuid),
            at: row.at,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: parsed(&row.detail, "audit", "detail")?,
            hash: bytes(&row.chain_hash, "audit", "chain_hash")?,
        })
    }
}
