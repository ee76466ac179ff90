//! Accounts and transfers.

use domain::ledger::{AccountKey, AccountKind, Transfer};
use kernel::{Amount, EventId, GrantId, MemberId, Page, PageRequest, ProjectId, TransferId, Unit};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    convert::{name, variant},
    error::{StoreError, StoreResult},
    rows::{insert_all, insert_new, padded, upsert_all},
    scope::{Conn, InProject, Owned, Period, made_in, merged, newest},
    tables::{accounts, transfers},
    transact::WriteTx,
};

/// The ledger of a project.
#[derive(Debug)]
pub struct Ledger<'a, C>(InProject<'a, C>);

/// Which movements a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransferFilter {
    /// On the accounts of this member.
    pub member: Option<MemberId>,
    /// Of this unit.
    pub unit: Option<Unit>,
    /// Because of this grant.
    pub grant: Option<GrantId>,
    /// In this stretch of time.
    pub period: Period,
}

impl TransferFilter {
    /// On the accounts of a member.
    pub fn of(member: MemberId) -> Self {
        Self {
            member: Some(member),
            ..Self::default()
        }
    }
}

impl<'a, C> InProject<'a, C> {
    /// Its ledger.
    pub const fn ledger(self) -> Ledger<'a, C> {
        Ledger(self)
    }
}

impl<C: Conn> Ledger<'_, C> {
    /// The accounts of one owner: member, program or the project itself.
    pub async fn balances(&self, owner: Uuid) -> StoreResult<Vec<(AccountKey, Amount)>> {
        let rows = accounts::Entity::of(self.0.project)
            .filter(accounts::Column::OwnerId.eq(owner))
            .all(self.0.db.conn())
            .await?;
        rows.iter().map(balance).collect()
    }

    /// The accounts of these owners.
    pub async fn balances_of(&self, owners: &[Uuid]) -> StoreResult<Vec<(AccountKey, Amount)>> {
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let rows = accounts::Entity::of(self.0.project)
            .filter(accounts::Column::OwnerId.is_in(padded(owners.iter().copied())))
            .all(self.0.db.conn())
            .await?;
        rows.iter().map(balance).collect()
    }

    /// A page of movements, newest first.
    pub async fn transfers(
        &self,
        filter: &TransferFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Transfer>> {
        use transfers::Column;
        let of_project = transfers::Entity::of(self.0.project);
        let mut query = made_in(of_project, Column::Id, filter.period);
        if let Some(unit) = &filter.unit {
            query = query.filter(Column::Unit.eq(unit.as_str()));
        }
        if let Some(grant) = filter.grant {
            query = query.filter(Column::GrantId.eq(grant.uuid()));
        }
        let mut query = newest(query, Column::Id, page);
        let conn = self.0.db.conn();
        let rows = match filter.member {
            None => query.all(conn).await?,
            // An index leads to either side, none to both: a walk along each, as long as the page, and then the page of both.
            Some(member) => {
                let credited = query.clone().filter(Column::CreditOwner.eq(member.uuid()));
                query = query.filter(Column::DebitOwner.eq(member.uuid()));
                let mut rows = query.all(conn).await?;
                rows.extend(credited.all(conn).await?);
                merged(rows, |row| row.id, page)
            }
        };
        let items = rows
            .into_iter()
            .map(Transfer::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |transfer: &Transfer| {
            transfer.id.uuid()
        }))
    }

    /// The transfer that a spend with this operation id made.
    pub async fn find_operation(&self, operation: &str) -> StoreResult<Option<Transfer>> {
        let row = transfers::Entity::of(self.0.project)
            .filter(transfers::Column::Operation.eq(operation))
            .one(self.0.db.conn())
            .await?;
        row.map(Transfer::try_from).transpose()
    }
}

impl Ledger<'_, WriteTx> {
    /// The accounts of these owners, held until the commit. Those not given have a balance of zero.
    pub async fn lock(&self, owners: &[Uuid]) -> StoreResult<Vec<(AccountKey, Amount)>> {
        use accounts::Column;
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let rows = accounts::Entity::of(self.0.project)
            .filter(Column::OwnerId.is_in(padded(owners.iter().copied())))
            .order_by_asc(Column::OwnerId)
            .order_by_asc(Column::Kind)
            .order_by_asc(Column::Unit)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.iter().map(balance).collect()
    }

    /// Writes balances of accounts that were not there.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] where another process was faster: run again, the write finds its rows.
    pub async fn insert_balances(&self, new: &[(AccountKey, Amount)]) -> StoreResult<()> {
        insert_new::<accounts::Entity, _, _>(self.0.db.conn(), self.balance_rows(new), "an account")
            .await
    }

    /// Writes balances held by [`Self::lock`].
    pub async fn save_balances(&self, changed: &[(AccountKey, Amount)]) -> StoreResult<()> {
        use accounts::Column;
        upsert_all::<accounts::Entity, _, _>(
            self.0.db.conn(),
            self.balance_rows(changed),
            [Column::OwnerId, Column::Kind, Column::Unit],
            [Column::Balance],
        )
        .await
    }

    /// Adds to balances that nobody holds. An account that is not there begins with its amount.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] where another process began an account at the same moment: run again, the write finds it. The
    /// same, each time, where the balance would leave 64 bits.
    pub async fn add_to_balances(&self, changes: &[(AccountKey, Amount)]) -> StoreResult<()> {
        use accounts::Column;
        for (account, change) in changes {
            // SQLite would go on with a floating-point number.
            let fits = if change.0 < 0 {
                Column::Balance.gte(i64::MIN - change.0)
            } else {
                Column::Balance.lte(i64::MAX - change.0)
            };
            let added = accounts::Entity::update_many()
                .col_expr(Column::Balance, Expr::col(Column::Balance).add(change.0))
                .filter(Column::ProjectId.eq(self.0.project.uuid()))
                .filter(Column::OwnerId.eq(account.owner))
                .filter(Column::Kind.eq(name(&account.kind)))
                .filter(Column::Unit.eq(account.unit.as_str()))
                .filter(fits)
                .exec(self.0.db.conn())
                .await?;
            if added.rows_affected == 0 {
                self.insert_balances(&[(account.clone(), *change)]).await?;
            }
        }
        Ok(())
    }

    fn balance_rows(&self, rows: &[(AccountKey, Amount)]) -> Vec<accounts::Model> {
        let row = |(key, balance): &(AccountKey, Amount)| accounts::Model {
            project_id: self.0.project.uuid(),
            owner_id: key.owner,
            kind: name(&key.kind),
            unit: key.unit.as_str().to_owned(),
            balance: balance.0,
        };
        rows.iter().map(row).collect()
    }

    /// Appends transfers.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where an operation id was used before.
    pub async fn append(&self, new: &[Transfer]) -> StoreResult<()> {
        let rows = new.iter().map(|transfer| transfers::Model {
            id: transfer.id.uuid(),
            project_id: self.0.project.uuid(),
            debit_owner: transfer.debit.owner,
            debit_kind: name(&transfer.debit.kind),
            credit_owner: transfer.credit.owner,
            credit_kind: name(&transfer.credit.kind),
            unit: transfer.debit.unit.as_str().to_owned(),
            amount: transfer.amount.0,
            reason: name(&transfer.reason),
            grant_id: transfer.grant.map(GrantId::uuid),
            event_id: transfer.event.map(EventId::uuid),
            operation: transfer.operation.clone(),
            at: transfer.at,
        });
        insert_all::<transfers::Entity, _, _>(self.0.db.conn(), rows.collect()).await
    }
}

fn balance(row: &accounts::Model) -> StoreResult<(AccountKey, Amount)> {
    let key = account(row.owner_id, &row.kind, &row.unit, "accounts")?;
    Ok((key, Amount(row.balance)))
}

/// The key of an account whose parts were read from `table`.
pub(crate) fn account(
    owner: Uuid,
    kind: &str,
    unit: &str,
    table: &'static str,
) -> StoreResult<AccountKey> {
    let kind: AccountKind = variant(kind, table, "kind")?;
    let unit = unit
        .parse::<Unit>()
        .map_err(|error| StoreError::Inconsistent {
            table,
            column: "unit",
            cause: error.to_string(),
        })?;
    Ok(AccountKey { owner, kind, unit })
}

impl TryFrom<transfers::Model> for Transfer {
    type Error = StoreError;

    fn try_from(row: transfers::Model) -> StoreResult<Self> {
        Ok(Self {
            id: TransferId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            debit: account(row.debit_owner, &row.debit_kind, &row.unit, "transfers")?,
            credit: account(row.credit_owner, &row.credit_kind, &row.unit, "transfers")?,
            amount: Amount(row.amount),
            reason: variant(&row.reason, "transfers", "reason")?,
            grant: row.grant_id.map(GrantId::from_uuid),
            event: row.event_id.map(EventId::from_uuid),
            operation: row.operation,
            at: row.at,
        })
    }
}
