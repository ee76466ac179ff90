//! `POST /api/v1/members/{id}/spend`

use kernel::{Amount, Unit};

use crate::prelude::*;

/// What a member spends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Spend {
    /// The unit.
    #[schema(value_type = String)]
    unit: Unit,
    /// How much, in minor units, above zero.
    #[schema(value_type = i64, minimum = 1)]
    amount: Amount,
    /// Your id of it: the same id is one operation.
    #[schema(min_length = 1, max_length = 180)]
    operation_id: String,
    /// What for; kept in the audit trail.
    #[schema(max_length = 255)]
    note: Option<String>,
}

/// What a member spent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Spent {
    /// Your id of it.
    operation_id: String,
    /// The unit.
    unit: String,
    /// How much, in minor units.
    amount: i64,
    /// What was left to spend after it.
    balance: i64,
}

impl Validate for Spend {}

impl From<app::ledger::Spent> for Spent {
    fn from(spent: app::ledger::Spent) -> Self {
        Self {
            operation_id: spent.operation,
            unit: spent.unit.into(),
            amount: spent.amount.0,
            balance: spent.balance.0,
        }
    }
}

failures!(writes: NotFound, InsufficientBalance);

/// Spends a member's units. The grants that expire soonest are used first.
#[utoipa::path(post, path = "/api/v1/members/{id}/spend", tag = "members", operation_id = "spend",
    params(("id" = String, Path, description = "The member's id, `mem_…`.")),
    request_body = Spend,
    responses((status = 201, description = "What was spent.", body = Spent), Failure))]
pub(super) async fn spend(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Valid(Spend {
        unit,
        amount,
        operation_id,
        note,
    }): Valid<Spend>,
) -> Made<Spent> {
    let spend = app::ledger::Spend {
        unit,
        amount,
        operation_id,
        note,
    };
    made(app::ledger::spend(&app, &ctx, project, id, spend).await?)
}
