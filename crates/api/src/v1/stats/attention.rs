//! `GET /api/v1/stats/attention`

use app::attention;

use crate::prelude::*;

/// What waits for a person. What the caller may not read is null; counts go as far as 100.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Attention {
    /// Grants that wait for approval.
    #[schema(required)]
    approvals: Option<u64>,
    /// Referrals that still earn and wait for a review.
    #[schema(required)]
    reviews: Option<u64>,
    /// Webhook endpoints that messages do not reach.
    #[schema(required)]
    failing_webhooks: Option<u64>,
    /// The slugs of coupon pools that have nothing left to give.
    #[schema(required)]
    exhausted_pools: Option<Vec<String>>,
    /// Active programs that end within 14 days.
    #[schema(required)]
    programs_ending: Option<Vec<EndingProgram>>,
    /// Budgets of which 90 % are spent.
    #[schema(required)]
    budgets_nearly_spent: Option<Vec<SpentBudget>>,
}

/// A program that ends soon.
#[derive(Debug, Serialize, ToSchema)]
struct EndingProgram {
    /// The program, `prg_…`.
    program_id: String,
    /// Its name.
    name: String,
    /// When.
    ends_at: DateTime<Utc>,
}

/// A budget of which little is left.
#[derive(Debug, Serialize, ToSchema)]
struct SpentBudget {
    /// The program, `prg_…`.
    program_id: String,
    /// Its name.
    name: String,
    /// The unit.
    unit: String,
    /// What may be granted, in minor units.
    budget: i64,
    /// What has been, net of what was taken back.
    granted: i64,
}

impl From<attention::EndingProgram> for EndingProgram {
    fn from(program: attention::EndingProgram) -> Self {
        Self {
            program_id: program.program.to_string(),
            name: program.name,
            ends_at: program.ends_at,
        }
    }
}

impl From<attention::SpentBudget> for SpentBudget {
    fn from(spent: attention::SpentBudget) -> Self {
        Self {
            program_id: spent.program.to_string(),
            name: spent.name,
            unit: spent.unit.to_string(),
            budget: spent.budget.0,
            granted: spent.granted.0,
        }
    }
}

impl From<attention::Attention> for Attention {
    fn from(found: attention::Attention) -> Self {
        Self {
            approvals: found.approvals,
            reviews: found.reviews,
            failing_webhooks: found.failing_webhooks,
            exhausted_pools: found.exhausted_pools,
            programs_ending: found.programs_ending.map(wire),
            budgets_nearly_spent: found.budgets_nearly_spent.map(wire),
        }
    }
}

fn wire<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(Into::into).collect()
}

failures!(reads: NotFound);

/// Shows what waits for a person, as far as the caller may read it.
#[utoipa::path(get, path = "/api/v1/stats/attention", tag = "stats", operation_id = "get_attention",
    responses((status = 200, description = "What waits.", body = Attention), Failure))]
pub(super) async fn attention(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
) -> Answer<Attention> {
    shown(attention::attention(&app, &ctx, project).await?)
}
