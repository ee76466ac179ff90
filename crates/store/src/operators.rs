//! Operators of the console and their tokens.

use domain::people::{Operator, OperatorToken};
use kernel::{KeyId, OperatorId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    convert::{bytes, document, parsed},
    directory::Directory,
    error::{StoreError, StoreResult},
    rows::insert_all,
    scope::Conn,
    tables::{operator_tokens, operators},
    transact::WriteTx,
};

impl<C: Conn> Directory<'_, C> {
    /// Every operator, by e-mail, disabled ones too.
    pub async fn operators(&self) -> StoreResult<Vec<Operator>> {
        let rows = operators::Entity::find()
            .order_by_asc(operators::Column::EmailKey)
            .all(self.0.conn())
            .await?;
        rows.into_iter().map(Operator::try_from).collect()
    }

    /// The operator with this id.
    pub async fn operator(&self, id: OperatorId) -> StoreResult<Option<Operator>> {
        let row = operators::Entity::find_by_id(id.uuid())
            .one(self.0.conn())
            .await?;
        row.map(Operator::try_from).transpose()
    }

    /// The operator with this e-mail as compared: [`domain::members::email_key`].
    pub async fn operator_by_email(&self, key: &str) -> StoreResult<Option<Operator>> {
        let row = operators::Entity::find()
            .filter(operators::Column::EmailKey.eq(key))
            .one(self.0.conn())
            .await?;
        row.map(Operator::try_from).transpose()
    }

    /// The operator's token with this hash, valid or not.
    pub async fn operator_token_by_hash(
        &self,
        hash: &[u8; 32],
    ) -> StoreResult<Option<OperatorToken>> {
        let row = operator_tokens::Entity::find()
            .filter(operator_tokens::Column::SecretHash.eq(hash.to_vec()))
            .one(self.0.conn())
            .await?;
        row.map(OperatorToken::try_from).transpose()
    }

    /// An operator's tokens, newest first, revoked ones too.
    pub async fn operator_tokens(&self, operator: OperatorId) -> StoreResult<Vec<OperatorToken>> {
        let rows = operator_tokens::Entity::find()
            .filter(operator_tokens::Column::OperatorId.eq(operator.uuid()))
            .order_by_desc(operator_tokens::Column::Id)
            .all(self.0.conn())
            .await?;
        rows.into_iter().map(OperatorToken::try_from).collect()
    }
}

impl Directory<'_, WriteTx> {
    /// Every operator, held until the commit: who is an owner does not change meanwhile.
    pub async fn lock_operators(&self) -> StoreResult<Vec<Operator>> {
        let rows = operators::Entity::find()
            .order_by_asc(operators::Column::Id)
            .lock_exclusive()
            .all(self.0.conn())
            .await?;
        rows.into_iter().map(Operator::try_from).collect()
    }

    /// Adds an operator.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the e-mail is taken.
    pub async fn insert_operator(&self, operator: &Operator) -> StoreResult<()> {
        let row = operators::Model {
            id: operator.id.uuid(),
            email: operator.email.clone(),
            email_key: operator.email_key.clone(),
            name: operator.name.clone(),
            roles: document(&operator.roles),
            password_hash: operator.password_hash.clone(),
            disabled_at: operator.disabled_at,
            created_at: operator.created_at,
        };
        insert_all::<operators::Entity, _, _>(self.0.conn(), vec![row]).await
    }

    /// Writes an operator's changeable fields: name, roles, password, whether disabled.
    pub async fn update_operator(&self, operator: &Operator) -> StoreResult<()> {
        operators::Entity::update_many()
            .col_expr(operators::Column::Name, operator.name.clone().into())
            .col_expr(operators::Column::Roles, document(&operator.roles).into())
            .col_expr(
                operators::Column::PasswordHash,
                operator.password_hash.clone().into(),
            )
            .col_expr(operators::Column::DisabledAt, operator.disabled_at.into())
            .filter(operators::Column::Id.eq(operator.id.uuid()))
            .exec(self.0.conn())
            .await?;
        Ok(())
    }

    /// Adds a token.
    pub async fn insert_operator_token(&self, token: &OperatorToken) -> StoreResult<()> {
        let row = operator_tokens::Model {
            id: token.id.uuid(),
            operator_id: token.operator.uuid(),
            name: token.name.clone(),
            secret_hash: token.hash.to_vec(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        };
        insert_all::<operator_tokens::Entity, _, _>(self.0.conn(), vec![row]).await
    }

    /// Revokes one of the operator's tokens. A token that was revoked before keeps its date.
    pub async fn revoke_operator_token(
        &self,
        operator: OperatorId,
        token: KeyId,
        now: Timestamp,
    ) -> StoreResult<()> {
        operator_tokens::Entity::update_many()
            .col_expr(operator_tokens::Column::RevokedAt, now.into())
            .filter(operator_tokens::Column::OperatorId.eq(operator.uuid()))
            .filter(operator_tokens::Column::Id.eq(token.uuid()))
            .filter(operator_tokens::Column::RevokedAt.is_null())
            .exec(self.0.conn())
            .await?;
        Ok(())
    }
}

impl TryFrom<operators::Model> for Operator {
    type Error = StoreError;

    fn try_from(row: operators::Model) -> StoreResult<Self> {
        Ok(Self {
            id: OperatorId::from_uuid(row.id),
            email: row.email,
            email_key: row.email_key,
            name: row.name,
            roles: parsed(&row.roles, "operators", "roles")?,
            password_hash: row.password_hash,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
        })
    }
}

impl TryFrom<operator_tokens::Model> for OperatorToken {
    type Error = StoreError;

    fn try_from(row: operator_tokens::Model) -> StoreResult<Self> {
        Ok(Self {
            id: KeyId::from_uuid(row.id),
            operator: OperatorId::from_uuid(row.operator_id),
            name: row.name,
            hash: bytes(&row.secret_hash, "operator_tokens", "secret_hash")?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}
