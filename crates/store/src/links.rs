//! Links that let somebody in once.

use domain::people::{LinkPurpose, OneTimeLink, SessionOwner};
use kernel::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    convert::{bytes, name, variant},
    directory::Directory,
    error::{StoreError, StoreResult},
    rows::insert_all,
    scope::Conn,
    sessions::{columns, owner},
    tables::one_time_links::{Column, Entity, Model},
    transact::WriteTx,
};

impl<C: Conn> Directory<'_, C> {
    /// The link with this purpose whose secret has this hash, open or not.
    pub async fn link(
        &self,
        purpose: LinkPurpose,
        hash: &[u8; 32],
    ) -> StoreResult<Option<OneTimeLink>> {
        let row = Entity::find_by_id(hash.to_vec())
            .filter(Column::Purpose.eq(name(&purpose)))
            .one(self.0.conn())
            .await?;
        row.map(OneTimeLink::try_from).transpose()
    }
}

impl Directory<'_, WriteTx> {
    /// Adds a link.
    pub async fn insert_link(&self, link: &OneTimeLink) -> StoreResult<()> {
        let whose = link.whose.map(columns);
        let row = Model {
            token_hash: link.hash.to_vec(),
            purpose: name(&link.purpose),
            project_id: whose.and_then(|(project, _)| project),
            person_id: whose.map(|(_, person)| person),
            created_at: link.created_at,
            expires_at: link.expires_at,
            used_at: link.used_at,
        };
        insert_all::<Entity, _, _>(self.0.conn(), vec![row]).await
    }

    /// Uses a link up. None where there is no such link, it was used before, or its time is over.
    pub async fn use_link(
        &self,
        purpose: LinkPurpose,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> StoreResult<Option<OneTimeLink>> {
        let used = Entity::update_many()
            .col_expr(Column::UsedAt, now.into())
            .filter(Column::TokenHash.eq(hash.to_vec()))
            .filter(Column::Purpose.eq(name(&purpose)))
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .exec(self.0.conn())
            .await?;
        if used.rows_affected != 1 {
            return Ok(None);
        }
        self.link(purpose, hash).await
    }

    /// Makes useless every open link with this purpose for somebody, or for nobody yet where nobody is named.
    pub async fn void_links(
        &self,
        purpose: LinkPurpose,
        whose: Option<SessionOwner>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let person = match whose.map(columns) {
            Some((_, person)) => Column::PersonId.eq(person),
            None => Column::PersonId.is_null(),
        };
        Entity::update_many()
            .col_expr(Column::UsedAt, now.into())
            .filter(person)
            .filter(Column::Purpose.eq(name(&purpose)))
            .filter(Column::UsedAt.is_null())
            .exec(self.0.conn())
            .await?;
        Ok(())
    }

    /// Forgets at most `limit` links that were over before `time`. Tells how many there were.
    pub async fn forget_links_before(&self, time: Timestamp, limit: u64) -> StoreResult<usize> {
        let over: Vec<Vec<u8>> = Entity::find()
            .filter(Column::ExpiresAt.lt(time))
            .order_by_asc(Column::ExpiresAt)
            .limit(limit)
            .select_only()
            .column(Column::TokenHash)
            .into_tuple()
            .all(self.0.conn())
            .await?;
        Entity::delete_many()
            .filter(Column::TokenHash.is_in(over.iter().cloned()))
            .exec(self.0.conn())
            .await?;
        Ok(over.len())
    }
}

impl TryFrom<Model> for OneTimeLink {
    type Error = StoreError;

    fn try_from(row: Model) -> StoreResult<Self> {
        Ok(Self {
            hash: bytes(&row.token_hash, "one_time_links", "token_hash")?,
            purpose: variant(&row.purpose, "one_time_links", "purpose")?,
            whose: row.person_id.map(|person| owner(row.project_id, person)),
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        })
    }
}
