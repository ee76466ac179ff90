//! The audit trail.

use domain::audit::{AuditEntry, GENESIS, chain};
use kernel::{ProjectId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

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
    /// At most `limit` entries, newest first, before the place `before`: of everything, or where `project` is given
    /// of that project, or with `Some(None)` of the installation itself.
    pub async fn audit_entries(
        &self,
        project: Option<Option<ProjectId>>,
        before: Option<i64>,
        limit: u64,
    ) -> StoreResult<Vec<AuditEntry>> {
        let mut query = audit::Entity::find();
        query = match project {
            None => query,
            Some(None) => query.filter(audit::Column::ProjectId.is_null()),
            Some(Some(id)) => query.filter(audit::Column::ProjectId.eq(id.uuid())),
        };
        if let Some(before) = before {
            query = query.filter(audit::Column::Seq.lt(before));
        }
        let rows = query
            .order_by_desc(audit::Column::Seq)
            .limit(limit)
            .all(self.conn())
            .await?;
        rows.into_iter().map(AuditEntry::try_from).collect()
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
