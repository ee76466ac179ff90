//! Checking the books: what the transfers add up to against what is stored.

use std::collections::{BTreeMap, HashMap};

use domain::{
    ledger::{AccountKey, AccountKind},
    rewards::GrantState,
};
use kernel::{Amount, GrantId, MemberId, ProjectId, Unit};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    convert::variant,
    error::{StoreError, StoreResult},
    scope::Conn,
    store::Reader,
    tables::{accounts, grants, transfers},
};

mod report;

pub use report::{Difference, LedgerReport, Unbalanced, Uncovered};

/// Rows read at once.
const CHUNK: u64 = 5_000;

/// What the transfers and grants say of each account. As many entries as there are accounts: this is the memory that a
/// verification needs.
#[derive(Default)]
struct Sums {
    by_transfers: HashMap<AccountKey, i64>,
    by_grants: HashMap<AccountKey, i64>,
}

impl Reader {
    /// Adds up every transfer and compares, all as of one moment: writes go on meanwhile. `progress` is called with
    /// the number of transfers read so far.
    pub async fn verify_ledger(
        &self,
        mut progress: impl FnMut(u64) + Send,
    ) -> StoreResult<LedgerReport> {
        let tx = self.conn().snapshot().await?;
        let mut report = LedgerReport::default();
        let mut sums = Sums::default();
        add_transfers(&tx, &mut sums, &mut report, &mut progress).await?;
        add_grants(&tx, &mut sums, &mut report).await?;
        compare_accounts(&tx, &mut sums, &mut report).await?;
        tx.rollback().await?;
        sums.unaccounted(&mut report);
        Ok(report)
    }
}

async fn add_transfers(
    tx: &DatabaseTransaction,
    sums: &mut Sums,
    report: &mut LedgerReport,
    progress: &mut (impl FnMut(u64) + Send),
) -> StoreResult<()> {
    let mut after = Uuid::nil();
    loop {
        let rows = transfers::Entity::find()
            .filter(transfers::Column::Id.gt(after))
            .order_by_asc(transfers::Column::Id)
            .limit(CHUNK)
            .all(tx)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.id;
        report.transfers += rows.len() as u64;
        for row in rows {
            let unit = unit(row.unit, "transfers")?;
            let debit = account(row.debit_owner, &row.debit_kind, unit.clone(), "transfers")?;
            let credit = account(row.credit_owner, &row.credit_kind, unit, "transfers")?;
            add(&mut sums.by_transfers, debit, -row.amount)?;
            add(&mut sums.by_transfers, credit, row.amount)?;
        }
        progress(report.transfers);
    }
}

async fn add_grants(
    tx: &DatabaseTransaction,
    sums: &mut Sums,
    report: &mut LedgerReport,
) -> StoreResult<()> {
    use grants::Column;
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, Uuid, String, i64, String)> = grants::Entity::find()
            .filter(Column::Id.gt(after))
            .filter(Column::Unit.is_not_null())
            .order_by_asc(Column::Id)
            .limit(CHUNK)
            .select_only()
            .columns([
                Column::Id,
                Column::MemberId,
                Column::Unit,
                Column::Remaining,
                Column::State,
            ])
            .into_tuple()
            .all(tx)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.0;
        report.grants += rows.len() as u64;
        for (id, member, name, remaining, state) in rows {
            let state: GrantState = variant(&state, "grants", "state")?;
            let kind = match state {
                GrantState::Available => AccountKind::Available,
                waiting if waiting.is_waiting() => AccountKind::Held,
                _ => {
                    if remaining != 0 {
                        report.leftovers.push(GrantId::from_uuid(id));
                    }
                    continue;
                }
            };
            let key = AccountKey {
                owner: member,
                kind,
                unit: unit(name, "grants")?,
            };
            add(&mut sums.by_grants, key, remaining)?;
        }
    }
}

async fn compare_accounts(
    tx: &DatabaseTransaction,
    sums: &mut Sums,
    report: &mut LedgerReport,
) -> StoreResult<()> {
    use accounts::Column;
    let mut totals: BTreeMap<(ProjectId, Unit), i128> = BTreeMap::new();
    let mut after: Option<accounts::Model> = None;
    loop {
        let mut query = accounts::Entity::find();
        if let Some(last) = &after {
            // The first half lets the index find the place, the second half is exact.
            let later_unit = Column::Kind.eq(&last.kind).and(Column::Unit.gt(&last.unit));
            query = query.filter(Column::OwnerId.gte(last.owner_id)).filter(
                Column::OwnerId
                    .gt(last.owner_id)
                    .or(Column::Kind.gt(&last.kind).or(later_unit)),
            );
        }
        let rows = query
            .order_by_asc(Column::OwnerId)
            .order_by_asc(Column::Kind)
            .order_by_asc(Column::Unit)
            .limit(CHUNK)
            .all(tx)
            .await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.clone());
        report.accounts += rows.len() as u64;
        for row in rows {
            let project = ProjectId::from_uuid(row.project_id);
            let key = account(
                row.owner_id,
                &row.kind,
                unit(row.unit, "accounts")?,
                "accounts",
            )?;
            *totals.entry((project, key.unit.clone())).or_default() += i128::from(row.balance);
            sums.compare(key, row.balance, report);
        }
    }
    let off = totals.into_iter().filter(|(_, sum)| *sum != 0);
    report
        .unbalanced
        .extend(off.map(|((project, unit), sum)| Unbalanced { project, unit, sum }));
    Ok(())
}

impl Sums {
    fn compare(&mut self, account: AccountKey, balance: i64, report: &mut LedgerReport) {
        let stored = Amount(balance);
        let computed = Amount(self.by_transfers.remove(&account).unwrap_or_default());
        if stored != computed {
            report.differences.push(Difference {
                account: account.clone(),
                stored,
                computed,
            });
        }
        if !account.kind.permits(stored) {
            report.wrong_signs.push((account.clone(), stored));
        }
        if matches!(account.kind, AccountKind::Held | AccountKind::Available) {
            let remaining = Amount(self.by_grants.remove(&account).unwrap_or_default());
            if remaining != stored {
                report.uncovered.push(uncovered(account, stored, remaining));
            }
        }
    }

    /// What is left has no account.
    fn unaccounted(self, report: &mut LedgerReport) {
        let transfers = self.by_transfers.into_iter().filter(|(_, sum)| *sum != 0);
        report
            .differences
            .extend(transfers.map(|(account, sum)| Difference {
                account,
                stored: Amount::ZERO,
                computed: Amount(sum),
            }));
        let grants = self.by_grants.into_iter().filter(|(_, sum)| *sum != 0);
        report
            .uncovered
            .extend(grants.map(|(account, sum)| uncovered(account, Amount::ZERO, Amount(sum))));
    }
}

fn uncovered(account: AccountKey, balance: Amount, remaining: Amount) -> Uncovered {
    Uncovered {
        member: MemberId::from_uuid(account.owner),
        kind: account.kind,
        unit: account.unit,
        balance,
        remaining,
    }
}

fn add(sums: &mut HashMap<AccountKey, i64>, key: AccountKey, amount: i64) -> StoreResult<()> {
    let sum = sums.entry(key).or_default();
    *sum = sum
        .checked_add(amount)
        .ok_or_else(|| StoreError::Inconsistent {
            table: "transfers",
            column: "amount",
            cause: "a balance leaves the range of 64 bits".to_owned(),
        })?;
    Ok(())
}

fn account(owner: Uuid, kind: &str, unit: Unit, table: &'static str) -> StoreResult<AccountKey> {
    Ok(AccountKey {
        owner,
        kind: variant(kind, table, "kind")?,
        unit,
    })
}

fn unit(name: String, table: &'static str) -> StoreResult<Unit> {
    Unit::try_from(name).map_err(|error| StoreError::Inconsistent {
        table,
        column: "unit",
        cause: error.to_string(),
    })
}
