//! The audit trail.

use domain::audit::{AuditEntry, GENESIS, chain};
use kernel::{Cursor, Page, PageRequest, Place, ProjectId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    convert::{bytes, document, parsed},
    error::{StoreError, StoreResult},
    log::reserve,
    rows::insert_all,
    scope::Conn,
    store::Reader,
    tables::{audit, heads},
    transact::WriteTx,
};

const HEAD: &str = "audit";

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

impl Reader {
    /// A page of the trail, newest first: of everything, or where `project` is given of that project, or with
    /// `Some(None)` of the installation itself. Its cursors are places.
    pub async fn audit_entries(
        &self,
        project: Option<Option<ProjectId>>,
        filter: &AuditFilter,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        use audit::Column;
        let mut query = audit::Entity::find();
        query = match project {
            None => query,
            Some(None) => query.filter(Column::ProjectId.is_null()),
            Some(Some(id)) => query.filter(Column::ProjectId.eq(id.uuid())),
        };
        if let Some(actor) = &filter.actor {
            query = query.filter(Column::Actor.eq(actor));
        }
        if let Some(action) = &filter.action {
            query = query
                .filter(Column::Action.gte(action))
                .filter(Column::Action.lt(format!("{action}\u{10FFFF}")));
        }
        if let Some(subject) = &filter.subject {
            query = query.filter(Column::Subject.eq(subject));
        }
        let query = match page.place {
            Place::First => query.order_by_desc(Column::Seq),
            Place::After(cursor) => query
                .filter(Column::Seq.lt(place(cursor)))
                .order_by_desc(Column::Seq),
            Place::Before(cursor) => query
                .filter(Column::Seq.gt(place(cursor)))
                .order_by_asc(Column::Seq),
        };
        let rows = query
            .limit(u64::from(page.limit) + 1)
            .all(self.conn())
            .await?;
        let entries = rows
            .into_iter()
            .map(AuditEntry::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(entries, page, |entry: &AuditEntry| {
            Uuid::from_u128(entry.seq.unsigned_abs().into())
        }))
    }

    /// At most `limit` entries after the place `seq`, in order: what [`domain::audit::verify`] checks.
    pub async fn audit_all_after(&self, seq: i64, limit: u64) -> StoreResult<Vec<AuditEntry>> {
        let rows = audit::Entity::find()
            .filter(audit::Column::Seq.gt(seq))
            .order_by_asc(audit::Column::Seq)
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
