//! API keys.

use domain::people::ApiKey;
use kernel::{KeyId, Page, PageRequest, ProjectId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    convert::{bytes, document, parsed},
    error::{StoreError, StoreResult},
    rows::insert_all,
    scope::{Conn, InProject, Owned, newest},
    tables::api_keys,
    transact::WriteTx,
};

/// The API keys of a project.
#[derive(Debug)]
pub struct Keys<'a, C>(InProject<'a, C>);

impl<'a, C> InProject<'a, C> {
    /// Its API keys.
    pub const fn keys(self) -> Keys<'a, C> {
        Keys(self)
    }
}

impl<C: Conn> Keys<'_, C> {
    /// The key with this id.
    pub async fn find(&self, id: KeyId) -> StoreResult<Option<ApiKey>> {
        let row = api_keys::Entity::of(self.0.project)
            .filter(api_keys::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(ApiKey::try_from).transpose()
    }

    /// A page of keys, newest first, revoked ones too.
    pub async fn list(&self, page: PageRequest) -> StoreResult<Page<ApiKey>> {
        let query = newest(
            api_keys::Entity::of(self.0.project),
            api_keys::Column::Id,
            page,
        );
        let rows = query.all(self.0.db.conn()).await?;
        let items = rows
            .into_iter()
            .map(ApiKey::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |key: &ApiKey| key.id.uuid()))
    }
}

impl Keys<'_, WriteTx> {
    /// Adds a key.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the secret is known already.
    pub async fn insert(&self, key: &ApiKey) -> StoreResult<()> {
        let row = api_keys::Model {
            id: key.id.uuid(),
            project_id: self.0.project.uuid(),
            name: key.name.clone(),
            scopes: document(&key.scopes),
            secret_hash: key.hash.to_vec(),
            hint: key.hint.clone(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
        };
        insert_all::<api_keys::Entity, _, _>(self.0.db.conn(), vec![row]).await
    }

    /// Writes a key's changeable fields: name, scopes, expiry, revocation.
    pub async fn update(&self, key: &ApiKey) -> StoreResult<()> {
        api_keys::Entity::update_many()
            .col_expr(api_keys::Column::Name, key.name.clone().into())
            .col_expr(api_keys::Column::Scopes, document(&key.scopes).into())
            .col_expr(api_keys::Column::ExpiresAt, key.expires_at.into())
            .col_expr(api_keys::Column::RevokedAt, key.revoked_at.into())
            .filter(api_keys::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(api_keys::Column::Id.eq(key.id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }
}

impl TryFrom<api_keys::Model> for ApiKey {
    type Error = StoreError;

    fn try_from(row: api_keys::Model) -> StoreResult<Self> {
        Ok(Self {
            id: KeyId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            name: row.name,
            scopes: parsed(&row.scopes, "api_keys", "scopes")?,
            hash: bytes(&row.secret_hash, "api_keys", "secret_hash")?,
            hint: row.hint,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}
