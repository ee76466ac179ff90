//! Sessions in the browser.

use domain::people::{Session, SessionOwner};
use kernel::{MemberId, OperatorId, ProjectId, SessionId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    directory::Directory,
    error::StoreResult,
    rows::insert_all,
    scope::Conn,
    tables::sessions::{Column, Entity, Model},
    transact::WriteTx,
};

impl<C: Conn> Directory<'_, C> {
    /// The session whose token has this hash, valid or not.
    pub async fn session_by_hash(&self, hash: &[u8; 32]) -> StoreResult<Option<Session>> {
        let row = Entity::find()
            .filter(Column::TokenHash.eq(hash.to_vec()))
            .one(self.0.conn())
            .await?;
        Ok(row.map(Session::from))
    }

    /// The sessions of an operator or a member that are valid at `now`, newest first.
    pub async fn sessions(&self, person: Uuid, now: Timestamp) -> StoreResult<Vec<Session>> {
        let rows = Entity::find()
            .filter(Column::PersonId.eq(person))
            .filter(Column::RevokedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .order_by_desc(Column::Id)
            .all(self.0.conn())
            .await?;
        Ok(rows.into_iter().map(Session::from).collect())
    }
}

impl Directory<'_, WriteTx> {
    /// Adds a session under the hash of its token.
    pub async fn insert_session(&self, session: &Session, hash: &[u8; 32]) -> StoreResult<()> {
        let (project_id, person_id) = columns(session.who);
        let row = Model {
            id: session.id.uuid(),
            token_hash: hash.to_vec(),
            project_id,
            person_id,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            agent: session.agent.clone(),
            address: session.address.clone(),
            revoked_at: session.revoked_at,
        };
        insert_all::<Entity, _, _>(self.0.conn(), vec![row]).await
    }

    /// Writes when a session was seen last and until when it is valid, unless it was revoked.
    pub async fn see_session(&self, session: &Session) -> StoreResult<()> {
        Entity::update_many()
            .col_expr(Column::LastSeenAt, session.last_seen_at.into())
            .col_expr(Column::ExpiresAt, session.expires_at.into())
            .filter(Column::Id.eq(session.id.uuid()))
            .filter(Column::RevokedAt.is_null())
            .exec(self.0.conn())
            .await?;
        Ok(())
    }

    /// Revokes one of a person's sessions. False where they have no such session that was not revoked before.
    pub async fn revoke_session(
        &self,
        person: Uuid,
        session: SessionId,
        now: Timestamp,
    ) -> StoreResult<bool> {
        let revoked = Entity::update_many()
            .col_expr(Column::RevokedAt, now.into())
            .filter(Column::Id.eq(session.uuid()))
            .filter(Column::PersonId.eq(person))
            .filter(Column::RevokedAt.is_null())
            .exec(self.0.conn())
            .await?;
        Ok(revoked.rows_affected == 1)
    }

    /// Revokes a person's sessions, all but the one to keep where there is one. Tells how many there were.
    pub async fn revoke_sessions(
        &self,
        person: Uuid,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> StoreResult<u64> {
        let mut update = Entity::update_many()
            .col_expr(Column::RevokedAt, now.into())
            .filter(Column::PersonId.eq(person))
            .filter(Column::RevokedAt.is_null());
        if let Some(keep) = keep {
            update = update.filter(Column::Id.ne(keep.uuid()));
        }
        Ok(update.exec(self.0.conn()).await?.rows_affected)
    }

    /// Forgets at most `limit` sessions that were over before `time`. Tells how many there were.
    pub async fn forget_sessions_before(&self, time: Timestamp, limit: u64) -> StoreResult<usize> {
        let over: Vec<Uuid> = Entity::find()
            .filter(Column::ExpiresAt.lt(time))
            .order_by_asc(Column::ExpiresAt)
            .limit(limit)
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .all(self.0.conn())
            .await?;
        Entity::delete_many()
            .filter(Column::Id.is_in(over.iter().copied()))
            .exec(self.0.conn())
            .await?;
        Ok(over.len())
    }
}

/// The tenant, where there is one, and the person.
pub(crate) fn columns(who: SessionOwner) -> (Option<Uuid>, Uuid) {
    match who {
        SessionOwner::Operator(operator) => (None, operator.uuid()),
        SessionOwner::Member { project, member } => (Some(project.uuid()), member.uuid()),
    }
}

/// The same back.
pub(crate) fn owner(project: Option<Uuid>, person: Uuid) -> SessionOwner {
    match project {
        None => SessionOwner::Operator(OperatorId::from_uuid(person)),
        Some(project) => SessionOwner::Member {
            project: ProjectId::from_uuid(project),
            member: MemberId::from_uuid(person),
        },
    }
}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        Self {
            id: SessionId::from_uuid(row.id),
            who: owner(row.project_id, row.person_id),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            agent: row.agent,
            address: row.address,
            revoked_at: row.revoked_at,
        }
    }
}
