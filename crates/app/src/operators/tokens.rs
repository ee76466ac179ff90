//! Tokens with which operators sign in without the console.

use domain::people::{OperatorToken, Permission};
use kernel::{Actor, Ctx, KeyId, OperatorId, ProblemCode, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::WriteTx;

use crate::{
    App, AppResult, SecretText, access::secret_hash, findings::Findings, secrets::new_secret,
};

/// A token, and the first time its secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TokenWithSecret {
    /// The token.
    pub token: OperatorToken,
    /// What the operator signs in with; none where the answer of then is given again.
    #[serde(skip)]
    pub secret: Option<SecretText>,
}

/// Makes a token. Everybody may for themselves, owners for anybody.
///
/// # Errors
/// `validation_failed`, `not_found`.
pub async fn create_token(
    app: &App,
    ctx: &Ctx,
    operator: OperatorId,
    name: impl Into<String>,
    expires_at: Option<Timestamp>,
) -> AppResult<TokenWithSecret> {
    let name = name.into();
    may(app, ctx, operator, Permission::OperatorsWrite).await?;
    let mut findings = Findings::default();
    findings.expect_line(&name, "name", 120);
    findings.expect_future(expires_at, ctx.now());
    findings.told()?;
    let (own, name) = (ctx.clone(), name.trim().to_owned());
    app.write(ctx, None, move |tx| {
        let (ctx, name) = (own.clone(), name.clone());
        Box::pin(async move {
            tx.directory()
                .operator(operator)
                .await?
                .ok_or(ProblemCode::NotFound)?;
            let secret = new_secret("inv_op_", ctx.entropy.as_ref());
            let token = OperatorToken {
                id: ctx.id(),
                operator,
                name,
                hash: secret_hash(&secret),
                created_at: ctx.now(),
                expires_at,
                revoked_at: None,
            };
            tx.directory().insert_operator_token(&token).await?;
            record(tx, &ctx, &token, "operator_token.created").await?;
            Ok(TokenWithSecret {
                token,
                secret: Some(secret.into()),
            })
        })
    })
    .await
}

/// An operator's tokens, newest first, revoked ones too.
pub async fn list_tokens(
    app: &App,
    ctx: &Ctx,
    operator: OperatorId,
) -> AppResult<Vec<OperatorToken>> {
    may(app, ctx, operator, Permission::OperatorsRead).await?;
    let reader = app.store().read();
    reader
        .directory()
        .operator(operator)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    Ok(reader.directory().operator_tokens(operator).await?)
}

/// Revokes a token. One that was revoked before keeps its date.
pub async fn revoke_token(
    app: &App,
    ctx: &Ctx,
    operator: OperatorId,
    id: KeyId,
) -> AppResult<OperatorToken> {
    may(app, ctx, operator, Permission::OperatorsWrite).await?;
    let own = ctx.clone();
    let token = app
        .write(ctx, None, move |tx| {
            let ctx = own.clone();
            Box::pin(async move {
                let tokens = tx.directory().operator_tokens(operator).await?;
                let mut token = tokens
                    .into_iter()
                    .find(|token| token.id == id)
                    .ok_or(ProblemCode::NotFound)?;
                if token.revoked_at.is_none() {
                    token.revoked_at = Some(ctx.now());
                    tx.directory()
                        .revoke_operator_token(operator, id, ctx.now())
                        .await?;
                    record(tx, &ctx, &token, "operator_token.revoked").await?;
                }
                Ok(token)
            })
        })
        .await?;
    app.caches().operator_by_hash.invalidate(&token.hash);
    Ok(token)
}

/// Operators who may act do as they like with their own tokens; others need the permission.
async fn may(app: &App, ctx: &Ctx, operator: OperatorId, permission: Permission) -> AppResult<()> {
    if ctx.actor == Actor::Operator(operator) && app.operator(operator).await?.disabled_at.is_none()
    {
        return Ok(());
    }
    app.authorize_installation(ctx, permission).await
}

async fn record(tx: &WriteTx, ctx: &Ctx, token: &OperatorToken, action: &str) -> AppResult<()> {
    let detail =
        json!({ "operator": token.operator, "name": token.name, "expires_at": token.expires_at });
    let id = token.id.to_string();
    Ok(tx
        .audit(None, ctx.now(), &ctx.actor.label(), action, &id, detail)
        .await?)
}
