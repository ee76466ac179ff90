//! Answers given to idempotency keys.

use std::collections::HashMap;

use kernel::{ProjectId, Timestamp};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    convert::bytes,
    error::{StoreError, StoreResult},
    rows::{insert_all, padded},
    scope::Conn,
    tables::idempotency,
    transact::WriteTx,
};

/// The answer to an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The hash of the request that it answers: see [`kernel::IdempotencyKey`].
    pub fingerprint: [u8; 32],
    /// The answer, as the caller stored it.
    pub answer: String,
}

/// Keys in one condition; a longer one would be too deep for SQLite.
const CHUNK: usize = 200;

impl WriteTx {
    /// The answer remembered for a key of a project, or of the installation itself where there is none.
    pub async fn answer_of(
        &self,
        scope: Option<ProjectId>,
        key: &str,
    ) -> StoreResult<Option<Answer>> {
        Ok(self.answers_of(scope, &[key]).await?.remove(key))
    }

    /// The answers remembered for these keys.
    pub async fn answers_of(
        &self,
        scope: Option<ProjectId>,
        keys: &[&str],
    ) -> StoreResult<HashMap<String, Answer>> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = idempotency::Entity::find()
            .filter(idempotency::Column::Scope.eq(stored(scope)))
            .filter(idempotency::Column::IdemKey.is_in(padded(keys.iter().copied())))
            .all(self.conn())
            .await?;
        rows.into_iter()
            .map(|row| {
                let fingerprint = bytes(&row.fingerprint, "idempotency", "fingerprint")?;
                Ok((
                    row.idem_key,
                    Answer {
                        fingerprint,
                        answer: row.answer,
                    },
                ))
            })
            .collect()
    }

    /// Remembers the answer to a key.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where another process has answered the key meanwhile: run again, the write finds that
    /// answer.
    pub async fn remember_answer(
        &self,
        scope: Option<ProjectId>,
        key: &str,
        answer: Answer,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.remember_answers(scope, vec![(key.to_owned(), answer)], now)
            .await
    }

    /// Remembers the answers to many keys.
    ///
    /// # Errors
    /// As [`Self::remember_answer`].
    pub async fn remember_answers(
        &self,
        scope: Option<ProjectId>,
        answers: Vec<(String, Answer)>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let rows = answers
            .into_iter()
            .map(|(key, answer)| idempotency::Model {
                scope: stored(scope),
                idem_key: key,
                fingerprint: answer.fingerprint.to_vec(),
                answer: answer.answer,
                created_at: now,
            })
            .collect();
        match insert_all::<idempotency::Entity, _, _>(self.conn(), rows).await {
            Err(StoreError::Duplicate(_)) => Err(StoreError::Stale("an idempotency key")),
            written => written,
        }
    }

    /// Forgets at most `limit` answers that were given before `time`, the oldest first. Tells how many there were.
    pub async fn forget_answers_before(&self, time: Timestamp, limit: u64) -> StoreResult<usize> {
        let old = idempotency::Entity::find()
            .filter(idempotency::Column::CreatedAt.lt(time))
            .order_by_asc(idempotency::Column::CreatedAt)
            .limit(limit)
            .select_only()
            .column(idempotency::Column::Scope)
            .column(idempotency::Column::IdemKey)
            .into_tuple::<(Uuid, String)>()
            .all(self.conn())
            .await?;
        for chunk in old.chunks(CHUNK) {
            let any = chunk.iter().fold(Condition::any(), |any, (scope, key)| {
                any.add(
                    Condition::all()
                        .add(idempotency::Column::Scope.eq(*scope))
                        .add(idempotency::Column::IdemKey.eq(key)),
                )
            });
            idempotency::Entity::delete_many()
                .filter(any)
                .exec(self.conn())
                .await?;
        }
        Ok(old.len())
    }
}

/// The installation's own scope is the nil UUID: a key column cannot be null.
fn stored(scope: Option<ProjectId>) -> Uuid {
    scope.map_or(Uuid::nil(), ProjectId::uuid)
}
