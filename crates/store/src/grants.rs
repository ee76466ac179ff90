//! Grants and the tallies that limit them.

use domain::rewards::{Grant, GrantState, TallyKey};
use kernel::{
    Amount, EventId, GrantId, MemberId, Page, PageRequest, ProgramId, ProjectId, ReferralId,
    Timestamp, Unit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Asterisk, Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    convert::{document, name, number, parsed, variant},
    directory::Directory,
    error::{StoreError, StoreResult},
    rows::{insert_all, insert_new, padded, upsert_all},
    scope::{Conn, InProject, Owned, Period, made_in, newest},
    tables::{grants, tallies},
    transact::WriteTx,
};

/// The grants of a project.
#[derive(Debug)]
pub struct Grants<'a, C>(InProject<'a, C>);

/// Which grants a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// Of this program.
    pub program: Option<ProgramId>,
    /// Of this member.
    pub member: Option<MemberId>,
    /// Earned by this referral.
    pub referral: Option<ReferralId>,
    /// In this state.
    pub state: Option<GrantState>,
    /// Of this unit.
    pub unit: Option<Unit>,
    /// Made in this stretch of time.
    pub period: Period,
}

impl<'a, C> InProject<'a, C> {
    /// Its grants.
    pub const fn grants(self) -> Grants<'a, C> {
        Grants(self)
    }
}

impl<C: Conn> Grants<'_, C> {
    /// The grant with this id.
    pub async fn find(&self, id: GrantId) -> StoreResult<Option<Grant>> {
        let row = grants::Entity::of(self.0.project)
            .filter(grants::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(Grant::try_from).transpose()
    }

    /// The grants with these ids.
    pub async fn find_all(&self, ids: &[GrantId]) -> StoreResult<Vec<Grant>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = grants::Entity::of(self.0.project)
            .filter(grants::Column::Id.is_in(padded(ids.iter().map(|id| id.uuid()))))
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Grant::try_from).collect()
    }

    /// A page of grants, newest first.
    pub async fn list(&self, filter: &GrantFilter, page: PageRequest) -> StoreResult<Page<Grant>> {
        use grants::Column;
        let of_project = grants::Entity::of(self.0.project);
        let mut query = made_in(of_project, Column::Id, filter.period);
        if let Some(program) = filter.program {
            query = query.filter(Column::ProgramId.eq(program.uuid()));
        }
        if let Some(member) = filter.member {
            query = query.filter(Column::MemberId.eq(member.uuid()));
        }
        if let Some(referral) = filter.referral {
            query = query.filter(Column::ReferralId.eq(referral.uuid()));
        }
        if let Some(state) = filter.state {
            query = query.filter(Column::State.eq(name(&state)));
        }
        if let Some(unit) = &filter.unit {
            query = query.filter(Column::Unit.eq(unit.as_str()));
        }
        let rows = newest(query, Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Grant::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |grant: &Grant| grant.id.uuid()))
    }

    /// How many grants wait for approval, as far as `most`.
    pub async fn waiting_for_approval(&self, most: u64) -> StoreResult<u64> {
        use grants::Column;
        let waiting: Vec<Uuid> = grants::Entity::of(self.0.project)
            .filter(Column::State.eq(name(&GrantState::PendingApproval)))
            .limit(most)
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .all(self.0.db.conn())
            .await?;
        Ok(waiting.len() as u64)
    }
}

impl<C: Conn> Directory<'_, C> {
    /// How many grants of all projects are in a state in which they wait, as far as `most`.
    pub async fn grants_waiting(&self, state: GrantState, most: u64) -> StoreResult<u64> {
        let found = grants::Entity::find()
            .filter(grants::Column::State.eq(name(&state)))
            .limit(most)
            .select_only()
            .column(grants::Column::Id)
            .into_query();
        let count = Query::select()
            .expr(Expr::col(Asterisk).count())
            .from_subquery(found, "found")
            .to_owned();
        let row = self.0.conn().query_one(&count).await?;
        let count: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        number(count.unwrap_or_default(), "grants", "id")
    }
}

impl Grants<'_, WriteTx> {
    /// The grant with this id, held until the commit.
    pub async fn lock(&self, id: GrantId) -> StoreResult<Option<Grant>> {
        let row = grants::Entity::of(self.0.project)
            .filter(grants::Column::Id.eq(id.uuid()))
            .lock_exclusive()
            .one(self.0.db.conn())
            .await?;
        row.map(Grant::try_from).transpose()
    }

    /// The grants that purchases of these orders earned, held until the commit, oldest first.
    pub async fn lock_of_orders(&self, orders: &[&str]) -> StoreResult<Vec<Grant>> {
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        self.locked(grants::Column::OrderKey.is_in(padded(orders.iter().copied())))
            .await
    }

    /// The grants that a referral earned, held until the commit, oldest first.
    pub async fn lock_of_referral(&self, referral: ReferralId) -> StoreResult<Vec<Grant>> {
        self.locked(grants::Column::ReferralId.eq(referral.uuid()))
            .await
    }

    /// What these members can spend, held until the commit: soonest expiry first, then oldest.
    pub async fn lock_available(&self, members: &[MemberId]) -> StoreResult<Vec<Grant>> {
        use grants::Column;
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self
            .locked(
                Column::MemberId
                    .is_in(padded(members.iter().map(|id| id.uuid())))
                    .and(Column::State.eq(name(&GrantState::Available)))
                    .and(Column::Unit.is_not_null()),
            )
            .await?;
        found.sort_by_key(|grant| (grant.due_at.is_none(), grant.due_at, grant.id));
        Ok(found)
    }

    async fn locked(&self, filter: sea_orm::sea_query::SimpleExpr) -> StoreResult<Vec<Grant>> {
        let rows = grants::Entity::of(self.0.project)
            .filter(filter)
            .order_by_asc(grants::Column::Id)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Grant::try_from).collect()
    }

    /// Adds grants.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where a rule has rewarded a member for an event before.
    pub async fn insert_all(&self, new: &[Grant]) -> StoreResult<()> {
        let rows = new.iter().map(|grant| self.row(grant)).collect();
        insert_all::<grants::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Writes what changes in the life of grants held until the commit.
    pub async fn save_all(&self, changed: &[Grant]) -> StoreResult<()> {
        use grants::Column;
        let rows = changed.iter().map(|grant| self.row(grant)).collect();
        upsert_all::<grants::Entity, _, _>(
            self.0.db.conn(),
            rows,
            [Column::Id],
            [
                Column::Remaining,
                Column::Clawed,
                Column::State,
                Column::Approval,
                Column::Reason,
                Column::DueAt,
                Column::Coupon,
                Column::UpdatedAt,
            ],
        )
        .await
    }

    /// The values of tallies of one program, held until the commit. Those not given are zero.
    pub async fn lock_tallies(
        &self,
        program: ProgramId,
        keys: &[TallyKey],
    ) -> StoreResult<Vec<(TallyKey, u32)>> {
        use tallies::Column;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let subjects = keys.iter().map(subject);
        let rows = tallies::Entity::of(self.0.project)
            .filter(Column::ProgramId.eq(program.uuid()))
            .filter(Column::SubjectId.is_in(padded(subjects)))
            .filter(Column::Name.is_in(padded(keys.iter().map(|key| key.name.as_str()))))
            .order_by_asc(Column::SubjectId)
            .order_by_asc(Column::Name)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter()
            .map(|row| {
                let member =
                    (!row.subject_id.is_nil()).then(|| MemberId::from_uuid(row.subject_id));
                let key = TallyKey {
                    program,
                    subject: member,
                    name: row.name,
                };
                Ok((key, number(row.value, "tallies", "value")?))
            })
            .collect()
    }

    /// Writes tallies that were not there.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] where another process was faster: run again, the write finds its rows.
    pub async fn insert_tallies(&self, new: &[(TallyKey, u32)]) -> StoreResult<()> {
        insert_new::<tallies::Entity, _, _>(self.0.db.conn(), self.tally_rows(new), "a tally").await
    }

    /// Writes tallies held by [`Self::lock_tallies`].
    pub async fn save_tallies(&self, changed: &[(TallyKey, u32)]) -> StoreResult<()> {
        use tallies::Column;
        upsert_all::<tallies::Entity, _, _>(
            self.0.db.conn(),
            self.tally_rows(changed),
            [Column::ProgramId, Column::SubjectId, Column::Name],
            [Column::Value],
        )
        .await
    }

    fn tally_rows(&self, rows: &[(TallyKey, u32)]) -> Vec<tallies::Model> {
        let row = |(key, value): &(TallyKey, u32)| tallies::Model {
            project_id: self.0.project.uuid(),
            program_id: key.program.uuid(),
            subject_id: subject(key),
            name: key.name.clone(),
            value: i64::from(*value),
        };
        rows.iter().map(row).collect()
    }

    fn row(&self, grant: &Grant) -> grants::Model {
        grants::Model {
            id: grant.id.uuid(),
            project_id: self.0.project.uuid(),
            program_id: grant.program.uuid(),
            version: i64::from(grant.version),
            rule_key: grant.rule.clone(),
            referral_id: grant.referral.uuid(),
            event_id: grant.event.uuid(),
            member_id: grant.member.uuid(),
            side: name(&grant.side),
            reward: document(&grant.reward),
            unit: grant.unit().map(|unit| unit.as_str().to_owned()),
            amount: grant.amount.0,
            remaining: grant.remaining.0,
            clawed: grant.clawed.0,
            state: name(&grant.state),
            approval: grant.approval,
            reason: grant.reason.clone(),
            due_at: grant.due_at,
            expire_after_days: grant.expire_after_days.map(i64::from),
            order_key: grant.order.clone(),
            coupon: grant.coupon.clone(),
            created_at: grant.created_at,
            updated_at: grant.updated_at,
        }
    }
}

impl WriteTx {
    /// Grants of any project that time moves on: held or available with `due_at` reached, soonest first.
    pub async fn grants_due(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> StoreResult<Vec<(ProjectId, GrantId)>> {
        use grants::Column;
        let mut due = Vec::new();
        for state in [GrantState::Held, GrantState::Available] {
            let rows: Vec<(Uuid, Uuid)> = grants::Entity::find()
                .filter(Column::State.eq(name(&state)))
                .filter(Column::DueAt.lte(now))
                .order_by_asc(Column::DueAt)
                .limit(limit)
                .select_only()
                .column(Column::ProjectId)
                .column(Column::Id)
                .into_tuple()
                .all(self.conn())
                .await?;
            due.extend(
                rows.into_iter()
                    .map(|(project, id)| (ProjectId::from_uuid(project), GrantId::from_uuid(id))),
            );
        }
        Ok(due)
    }
}

/// Tallies of all members together have the nil subject: a primary key holds no NULL.
fn subject(key: &TallyKey) -> Uuid {
    key.subject.map_or(Uuid::nil(), MemberId::uuid)
}

impl TryFrom<grants::Model> for Grant {
    type Error = StoreError;

    fn try_from(row: grants::Model) -> StoreResult<Self> {
        let days = row
            .expire_after_days
            .map(|days| number(days, "grants", "expire_after_days"));
        Ok(Self {
            id: GrantId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            program: ProgramId::from_uuid(row.program_id),
            version: number(row.version, "grants", "version")?,
            rule: row.rule_key,
            referral: ReferralId::from_uuid(row.referral_id),
            event: EventId::from_uuid(row.event_id),
            member: MemberId::from_uuid(row.member_id),
            side: variant(&row.side, "grants", "side")?,
            reward: parsed(&row.reward, "grants", "reward")?,
            amount: Amount(row.amount),
            remaining: Amount(row.remaining),
            clawed: Amount(row.clawed),
            state: variant(&row.state, "grants", "state")?,
            approval: row.approval,
            reason: row.reason,
            due_at: row.due_at,
            expire_after_days: days.transpose()?,
            order: row.order_key,
            coupon: row.coupon,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
