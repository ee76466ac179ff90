//! What waits for a person in a project.

use chrono::TimeDelta;
use domain::{
    ledger::AccountKey,
    people::Permission,
    programs::{Program, ProgramStatus},
    webhooks::DeliveryState,
};
use kernel::{Amount, Ctx, PageRequest, ProgramId, ProjectId, Timestamp, Unit};
use store::{Conn, InProject, StoreResult};
use uuid::Uuid;

use crate::{App, AppResult};

/// How far is counted: this many means this many or more.
pub const COUNTED: u64 = 100;
/// A program that ends within so many days is told of.
const SOON: TimeDelta = TimeDelta::days(14);
/// A budget is nearly spent from so many percent on.
const NEARLY: i128 = 90;
/// The newest messages to an endpoint; it fails where one of them was given up.
const NEWEST: u64 = 10;

/// What waits for a person. What the actor may not read is absent; counts go as far as [`COUNTED`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// Grants that wait for approval.
    pub approvals: Option<u64>,
    /// Referrals that still earn and wait for a review.
    pub reviews: Option<u64>,
    /// Endpoints that messages go to and do not reach.
    pub failing_webhooks: Option<u64>,
    /// The slugs of coupon pools that have nothing left to give.
    pub exhausted_pools: Option<Vec<String>>,
    /// Active programs that end within 14 days, the first one first.
    pub programs_ending: Option<Vec<EndingProgram>>,
    /// Budgets of programs that have not ended of which 90 % are spent, the fullest first.
    pub budgets_nearly_spent: Option<Vec<SpentBudget>>,
}

/// A program that ends soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingProgram {
    /// The program.
    pub program: ProgramId,
    /// Its name.
    pub name: String,
    /// When.
    pub ends_at: Timestamp,
}

/// A budget of which little is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentBudget {
    /// The program.
    pub program: ProgramId,
    /// Its name.
    pub name: String,
    /// The unit.
    pub unit: Unit,
    /// What may be granted, in minor units.
    pub budget: Amount,
    /// What has been, net of what was taken back.
    pub granted: Amount,
}

/// What waits for a person, as far as the actor may read it: `stats:read` for the whole, and each part's own permission.
/// Of programs the newest 200 are looked at.
pub async fn attention(app: &App, ctx: &Ctx, project: ProjectId) -> AppResult<Attention> {
    app.authorize(ctx, project, Permission::StatsRead).await?;
    let may = async |permission| app.may(ctx, project, permission).await;
    let reader = app.store().read();
    let scope = reader.project(project);
    let mut found = Attention {
        approvals: None,
        reviews: None,
        failing_webhooks: None,
        exhausted_pools: None,
        programs_ending: None,
        budgets_nearly_spent: None,
    };
    if may(Permission::RewardsRead).await? {
        found.approvals = Some(scope.grants().waiting_for_approval(COUNTED).await?);
    }
    if may(Permission::ReferralsRead).await? {
        found.reviews = Some(scope.referrals().waiting_for_review(COUNTED).await?);
    }
    if may(Permission::WebhooksRead).await? {
        found.failing_webhooks = Some(failing(scope).await?);
    }
    if may(Permission::CouponsRead).await? {
        found.exhausted_pools = Some(scope.coupons().exhausted().await?);
    }
    if may(Permission::ProgramsRead).await? {
        let newest = PageRequest::new(None, Some(PageRequest::MAX));
        let programs = scope.programs().list(newest).await?.items;
        found.programs_ending = Some(ending(&programs, ctx.now()));
        if may(Permission::LedgerRead).await? {
            found.budgets_nearly_spent = Some(nearly_spent(scope, &programs).await?);
        }
    }
    Ok(found)
}

async fn failing<C: Conn>(scope: InProject<'_, C>) -> StoreResult<u64> {
    let webhooks = scope.webhooks();
    let mut failing = 0;
    for endpoint in webhooks.endpoints().await? {
        if endpoint.enabled && failing < COUNTED {
            let states = webhooks.newest_states(endpoint.id, NEWEST).await?;
            failing += u64::from(states.contains(&DeliveryState::Failed));
        }
    }
    Ok(failing)
}

fn ending(programs: &[Program], now: Timestamp) -> Vec<EndingProgram> {
    let mut ending: Vec<EndingProgram> = programs
        .iter()
        .filter(|program| program.status == ProgramStatus::Active)
        .filter_map(|program| {
            let ends_at = program.settings.ends_at?;
            (now < ends_at && ends_at - now <= SOON).then(|| EndingProgram {
                program: program.id,
                name: program.settings.name.clone(),
                ends_at,
            })
        })
        .collect();
    ending.sort_by_key(|program| program.ends_at);
    ending
}

async fn nearly_spent<C: Conn>(
    scope: InProject<'_, C>,
    programs: &[Program],
) -> StoreResult<Vec<SpentBudget>> {
    let mut spent = budgets(scope, programs).await?;
    spent.retain(|each| percent(each.granted, each.budget) >= NEARLY);
    spent.sort_by_key(|each| std::cmp::Reverse(percent(each.granted, each.budget)));
    Ok(spent)
}

/// The budgets of those of the programs that have not ended, with what was granted of them.
pub(crate) async fn budgets<C: Conn>(
    scope: InProject<'_, C>,
    programs: &[Program],
) -> StoreResult<Vec<SpentBudget>> {
    let limited: Vec<&Program> = programs
        .iter()
        .filter(|program| program.status != ProgramStatus::Ended)
        .filter(|program| !program.settings.budgets.is_empty())
        .collect();
    let owners: Vec<Uuid> = limited.iter().map(|program| program.id.uuid()).collect();
    let accounts = scope.ledger().balances_of(&owners).await?;
    let granted = |source: &AccountKey| {
        let account = accounts.iter().find(|(key, _)| key == source);
        // The program's account runs negative by what it has granted.
        account.and_then(|(_, balance)| balance.0.checked_neg())
    };
    let each = limited
        .iter()
        .flat_map(|program| program.settings.budgets.iter().map(move |it| (program, it)));
    Ok(each
        .map(|(program, budget)| SpentBudget {
            program: program.id,
            name: program.settings.name.clone(),
            unit: budget.unit.clone(),
            budget: budget.amount,
            granted: Amount(
                granted(&AccountKey::program(program.id, &budget.unit)).unwrap_or_default(),
            ),
        })
        .collect())
}

fn percent(part: Amount, whole: Amount) -> i128 {
    i128::from(part.0) * 100 / i128::from(whole.0.max(1))
}
