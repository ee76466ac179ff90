//! Members spend.

use domain::{
    ledger::{self, AccountKey, AccountKind},
    log::Fact,
    people::Permission,
    rewards::Grant,
};
use kernel::{Amount, Ctx, MemberId, Problem, ProblemCode, ProjectId, Unit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Answer, WriteTx};

use super::apply;
use crate::{App, AppResult, findings::Findings};

/// What a member is to spend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Of which unit.
    pub unit: Unit,
    /// How much, in minor units, above zero.
    pub amount: Amount,
    /// The host application's id of it, 1 to 180 characters: the same id is one operation.
    pub operation_id: String,
    /// What for, in at most 255 characters; for the audit trail.
    pub note: Option<String>,
}

/// What was spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// The host application's id of it.
    pub operation: String,
    /// Of which unit.
    pub unit: Unit,
    /// How much.
    pub amount: Amount,
    /// What was left to spend after it.
    pub balance: Amount,
}

/// Spends a member's units: what expires soonest goes first. The same operation id has one effect and one answer.
///
/// # Errors
/// `validation_failed`, `not_found`, `insufficient_balance`; `idempotency_conflict` where the operation id was used
/// for something else.
pub async fn spend(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    spend: Spend,
) -> AppResult<Spent> {
    app.authorize(ctx, project, Permission::LedgerSpend).await?;
    check(&spend)?;
    let own = ctx.clone();
    app.write(ctx, Some(project), move |tx| {
        let (ctx, spend) = (own.clone(), spend.clone());
        Box::pin(async move { once(tx, &ctx, project, member, &spend).await })
    })
    .await
}

fn check(spend: &Spend) -> Result<(), Problem> {
    let mut findings = Findings::default();
    let positive = spend.amount.is_positive();
    findings.expect(
        positive,
        "amount",
        "out_of_range",
        "Use a whole number of minor units above zero.",
    );
    findings.expect_line(&spend.operation_id, "operation_id", 180);
    if let Some(note) = &spend.note {
        findings.expect_line(note, "note", 255);
    }
    findings.told()
}

/// Spends, or gives the answer of the first time.
async fn once(
    tx: &WriteTx,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    spend: &Spend,
) -> AppResult<Spent> {
    let scope = tx.project(project);
    if scope.members().find(member).await?.is_none() {
        return Err(ProblemCode::NotFound.into());
    }
    let key = format!("spend:{}", spend.operation_id);
    let fingerprint: [u8; 32] =
        Sha256::digest(serde_json::to_vec(&(member, spend)).unwrap_or_default()).into();
    if let Some(before) = tx.answer_of(Some(project), &key).await? {
        let answer = serde_json::from_str(&before.answer)
            .ok()
            .filter(|_| before.fingerprint == fingerprint);
        return answer.ok_or_else(|| ProblemCode::IdempotencyConflict.into());
    }
    // Answers are forgotten one day, transfers never are.
    if scope
        .ledger()
        .find_operation(&spend.operation_id)
        .await?
        .is_some()
    {
        let detail = "This operation was done long ago; its answer is not kept any more.";
        return Err(Problem::new(ProblemCode::IdempotencyConflict, detail).into());
    }
    let done = take(tx, ctx, project, member, spend).await?;
    let answer = Answer {
        fingerprint,
        answer: serde_json::to_string(&done).unwrap_or_default(),
    };
    tx.remember_answer(Some(project), &key, answer, ctx.now())
        .await?;
    Ok(done)
}

async fn take(
    tx: &WriteTx,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    spend: &Spend,
) -> AppResult<Spent> {
    let now = ctx.now();
    let usable = |grant: &Grant| {
        grant.unit() == Some(&spend.unit) && grant.due_at.is_none_or(|due| now < due)
    };
    let mut grants = tx
        .project(project)
        .grants()
        .lock_available(&[member])
        .await?;
    grants.retain(usable);
    let balance = apply(tx, ctx, &mut grants, |book, grants| {
        ledger::spend(book, grants, spend.amount, &spend.operation_id)?;
        Ok(book.balance(&AccountKey::member(
            member,
            AccountKind::Available,
            &spend.unit,
        )))
    })
    .await?;
    let detail = json!({
        "unit": spend.unit, "amount": spend.amount, "operation": spend.operation_id, "note": spend.note,
    });
    tx.audit(
        Some(project),
        now,
        &ctx.actor.label(),
        "balance.spent",
        &member.to_string(),
        detail,
    )
    .await?;
    let (unit, amount, operation) = (spend.unit.clone(), spend.amount, spend.operation_id.clone());
    tx.emit(
        Some(project),
        now,
        vec![Fact::BalanceSpent {
            member,
            unit,
            amount,
            operation,
        }],
    );
    let (unit, operation) = (spend.unit.clone(), spend.operation_id.clone());
    Ok(Spent {
        operation,
        unit,
        amount,
        balance,
    })
}
