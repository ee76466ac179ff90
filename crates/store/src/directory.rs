//! What crosses tenants: the look-ups that find out which tenant somebody means, and the installation's own people.

use std::collections::HashSet;

use domain::{codes::Code, people::ApiKey};
use kernel::KeyId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    error::StoreResult,
    scope::Conn,
    store::Reader,
    tables::{api_keys, codes},
    transact::WriteTx,
};

/// Keys that one query asks for.
const LOOKED_UP: usize = 500;

/// What belongs to no single project.
#[derive(Debug)]
pub struct Directory<'a, C>(pub(crate) &'a C);

impl<F> Reader<F> {
    /// What belongs to no single project.
    pub const fn directory(&self) -> Directory<'_, Self> {
        Directory(self)
    }
}

impl WriteTx {
    /// What belongs to no single project.
    pub const fn directory(&self) -> Directory<'_, Self> {
        Directory(self)
    }
}

impl<C: Conn> Directory<'_, C> {
    /// The code with this key, of whatever project: a link names no tenant.
    pub async fn code_by_key(&self, key: &str) -> StoreResult<Option<Code>> {
        let row = codes::Entity::find()
            .filter(codes::Column::CodeKey.eq(key))
            .one(self.0.conn())
            .await?;
        row.map(Code::try_from).transpose()
    }

    /// Which of these keys are taken, by codes of whatever project.
    pub async fn taken_codes(&self, keys: &[&str]) -> StoreResult<HashSet<String>> {
        let mut taken = HashSet::new();
        for chunk in keys.chunks(LOOKED_UP) {
            let rows: Vec<String> = codes::Entity::find()
                .filter(codes::Column::CodeKey.is_in(chunk.iter().copied()))
                .select_only()
                .column(codes::Column::CodeKey)
                .into_tuple()
                .all(self.0.conn())
                .await?;
            taken.extend(rows);
        }
        Ok(taken)
    }

    /// The API key whose secret has this hash, valid or not.
    pub async fn key_by_hash(&self, hash: &[u8; 32]) -> StoreResult<Option<ApiKey>> {
        let row = api_keys::Entity::find()
            .filter(api_keys::Column::SecretHash.eq(hash.to_vec()))
            .one(self.0.conn())
            .await?;
        row.map(ApiKey::try_from).transpose()
    }

    /// The API key with this id, of whatever project: a signed-in caller names only the key.
    pub async fn key(&self, id: KeyId) -> StoreResult<Option<ApiKey>> {
        let row = api_keys::Entity::find()
            .filter(api_keys::Column::Id.eq(id.uuid()))
            .one(self.0.conn())
            .await?;
        row.map(ApiKey::try_from).transpose()
    }
}
