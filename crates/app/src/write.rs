//! One write with one answer per idempotency key.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use futures::future::BoxFuture;
use kernel::{Actor, Ctx, IdempotencyKey, ProblemCode, ProjectId};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use store::{Answer, WriteTx};

use crate::{App, AppResult};

/// A client's key under the name that its answer is kept under: each member's are their own, a project's API keys and
/// operators share theirs. Being a hash, it is never one of the names under which use cases keep answers of their own.
pub fn own_key(actor: &Actor, key: &IdempotencyKey) -> IdempotencyKey {
    let whose = match actor {
        Actor::Member(id) => id.to_string(),
        _ => "project".to_owned(),
    };
    let hash = Sha256::digest(format!("{whose} {}", key.key));
    IdempotencyKey {
        key: HEXLOWER.encode(&hash),
        fingerprint: key.fingerprint,
    }
}

impl App {
    /// Runs `work` in a transaction. Where the client sent an idempotency key, its answer is stored in the same
    /// transaction, and given again without running `work` when the key comes again.
    ///
    /// # Errors
    /// Those of `work`; `idempotency_conflict` where the key came before with another body.
    pub(crate) async fn write<T, F>(
        &self,
        ctx: &Ctx,
        scope: Option<ProjectId>,
        work: F,
    ) -> AppResult<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, AppResult<T>> + Send + Sync + 'static,
    {
        let Some(key) = ctx.idempotency.clone() else {
            return self.store().transact(work).await;
        };
        let now = ctx.now();
        let (key, work) = (Arc::new(key), Arc::new(work));
        self.store()
            .transact(move |tx| {
                let (key, work) = (Arc::clone(&key), Arc::clone(&work));
                Box::pin(async move {
                    if let Some(before) = tx.answer_of(scope, &key.key).await? {
                        if before.fingerprint != key.fingerprint {
                            return Err(ProblemCode::IdempotencyConflict.into());
                        }
                        return serde_json::from_str(&before.answer)
                            .map_err(|_| ProblemCode::IdempotencyConflict.into());
                    }
                    let answer = work(tx).await?;
                    let text = serde_json::to_string(&answer).unwrap_or_default();
                    let kept = Answer {
                        fingerprint: key.fingerprint,
                        answer: text,
                    };
                    tx.remember_answer(scope, &key.key, kept, now).await?;
                    Ok(answer)
                })
            })
            .await
    }
}
