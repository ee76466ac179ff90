//! Standings: a member's figures in one program.

use domain::referrals::Standing;
use kernel::{MemberId, ProgramId};
use sea_orm::{
    ColumnTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{ExprTrait, SimpleExpr},
};

use crate::{
    convert::number,
    error::{StoreError, StoreResult},
    rows::{insert_new, padded, upsert_all},
    scope::{Conn, InProject, Owned},
    tables::standings,
    transact::WriteTx,
};

/// The standings of a project's members.
#[derive(Debug)]
pub struct Standings<'a, C>(InProject<'a, C>);

impl<'a, C> InProject<'a, C> {
    /// Its members' standings.
    pub const fn standings(self) -> Standings<'a, C> {
        Standings(self)
    }
}

impl<C: Conn> Standings<'_, C> {
    /// A member's standing in a program.
    pub async fn find(
        &self,
        program: ProgramId,
        member: MemberId,
    ) -> StoreResult<Option<Standing>> {
        let row = standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.eq(program.uuid()))
            .filter(standings::Column::MemberId.eq(member.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(Standing::try_from).transpose()
    }

    /// A member's standings in these programs.
    pub async fn of_member(
        &self,
        programs: &[ProgramId],
        member: MemberId,
    ) -> StoreResult<Vec<Standing>> {
        self.of_members(programs, &[member]).await
    }

    /// The standings of these members in these programs.
    pub async fn of_members(
        &self,
        programs: &[ProgramId],
        members: &[MemberId],
    ) -> StoreResult<Vec<Standing>> {
        if programs.is_empty() || members.is_empty() {
            return Ok(Vec::new());
        }
        let rows = standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.is_in(padded(programs.iter().map(|id| id.uuid()))))
            .filter(standings::Column::MemberId.is_in(padded(members.iter().map(|id| id.uuid()))))
            .order_by_desc(standings::Column::ProgramId)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Standing::try_from).collect()
    }

    /// The members with the most qualified referrals, ties by who joined first.
    pub async fn leaders(&self, program: ProgramId, limit: u64) -> StoreResult<Vec<Standing>> {
        let any = standings::Column::Qualified.gt(0);
        self.ranked(program, any, Order::Desc, limit).await
    }

    /// The rank of a standing among its program's, from 1.
    pub async fn rank(&self, standing: &Standing) -> StoreResult<u64> {
        use standings::Column;
        let better = Column::Qualified.gt(i64::from(standing.qualified));
        let better = self.of(standing.program, better);
        let sooner = self.alike(standing, Column::MemberId.lt(standing.member.uuid()));
        let conn = self.0.db.conn();
        Ok(better.count(conn).await? + sooner.count(conn).await? + 1)
    }

    /// At most `limit` standings right before this one, by rank.
    pub async fn before(&self, standing: &Standing, limit: u64) -> StoreResult<Vec<Standing>> {
        use standings::Column;
        let alike = self.alike(standing, Column::MemberId.lt(standing.member.uuid()));
        let mut rows = alike
            .order_by_desc(Column::MemberId)
            .limit(limit)
            .all(self.0.db.conn())
            .await?
            .into_iter()
            .map(Standing::try_from)
            .collect::<StoreResult<Vec<_>>>()?;
        let better = Column::Qualified.gt(i64::from(standing.qualified));
        let rest = limit - rows.len() as u64;
        rows.extend(
            self.ranked(standing.program, better, Order::Asc, rest)
                .await?,
        );
        rows.reverse();
        Ok(rows)
    }

    /// At most `limit` standings right after this one, by rank, as far as they have a qualified referral.
    pub async fn after(&self, standing: &Standing, limit: u64) -> StoreResult<Vec<Standing>> {
        use standings::Column;
        let alike = self.alike(standing, Column::MemberId.gt(standing.member.uuid()));
        let mut rows = alike
            .filter(Column::Qualified.gt(0))
            .order_by_asc(Column::MemberId)
            .limit(limit)
            .all(self.0.db.conn())
            .await?
            .into_iter()
            .map(Standing::try_from)
            .collect::<StoreResult<Vec<_>>>()?;
        let fewer = Column::Qualified
            .lt(i64::from(standing.qualified))
            .and(Column::Qualified.gt(0));
        let rest = limit - rows.len() as u64;
        rows.extend(
            self.ranked(standing.program, fewer, Order::Desc, rest)
                .await?,
        );
        Ok(rows)
    }

    /// The first of these by rank, or where `order` ascends the last of them, the last one first. The index has the number
    /// and the member both ascending, a rank the one against the other: it gives all of every number but the one where
    /// the limit falls, which is asked for in its own order. However many have the same number, no more is read.
    async fn ranked(
        &self,
        program: ProgramId,
        which: SimpleExpr,
        order: Order,
        limit: u64,
    ) -> StoreResult<Vec<Standing>> {
        use standings::Column;
        let against = match order {
            Order::Asc => Order::Desc,
            _ => Order::Asc,
        };
        let mut rows = self
            .of(program, which)
            .order_by(Column::Qualified, order.clone())
            .order_by(Column::MemberId, order)
            .limit(limit)
            .all(self.0.db.conn())
            .await?;
        let Some(cut) = rows.last().map(|row| row.qualified) else {
            return Ok(Vec::new());
        };
        rows.retain(|row| row.qualified != cut);
        let rest = limit - rows.len() as u64;
        let whole = rows.chunk_by_mut(|one, next| one.qualified == next.qualified);
        whole.for_each(<[_]>::reverse);
        let last = self
            .of(program, Column::Qualified.eq(cut))
            .order_by(Column::MemberId, against)
            .limit(rest)
            .all(self.0.db.conn())
            .await?;
        rows.extend(last);
        rows.into_iter().map(Standing::try_from).collect()
    }

    fn of(&self, program: ProgramId, which: SimpleExpr) -> Select<standings::Entity> {
        standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.eq(program.uuid()))
            .filter(which)
    }

    /// Those with the same number as this one, on one side of it.
    fn alike(&self, standing: &Standing, side: SimpleExpr) -> Select<standings::Entity> {
        let number = standings::Column::Qualified.eq(i64::from(standing.qualified));
        self.of(standing.program, number.and(side))
    }

    /// The place in a waitlist of whoever has this key, from 1.
    pub async fn wait_position(&self, program: ProgramId, wait_key: i64) -> StoreResult<u64> {
        let ahead = standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.eq(program.uuid()))
            .filter(standings::Column::WaitKey.lt(wait_key))
            .count(self.0.db.conn())
            .await?;
        Ok(ahead + 1)
    }
}

impl Standings<'_, WriteTx> {
    /// The standings of these members in a program, held until the commit.
    pub async fn lock(
        &self,
        program: ProgramId,
        members: &[MemberId],
    ) -> StoreResult<Vec<Standing>> {
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let rows = standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.eq(program.uuid()))
            .filter(standings::Column::MemberId.is_in(padded(members.iter().map(|id| id.uuid()))))
            .order_by_asc(standings::Column::MemberId)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Standing::try_from).collect()
    }

    /// Writes standings that were not there.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] where another process was faster: run again, the write finds its rows.
    pub async fn insert_all(&self, new: &[Standing]) -> StoreResult<()> {
        insert_new::<standings::Entity, _, _>(self.0.db.conn(), self.rows(new), "a standing").await
    }

    /// Writes standings held by [`Self::lock`].
    pub async fn save_all(&self, changed: &[Standing]) -> StoreResult<()> {
        use standings::Column;
        let (conn, key) = (self.0.db.conn(), [Column::ProgramId, Column::MemberId]);
        let counts = [
            Column::Registered,
            Column::Qualified,
            Column::QuotaUsed,
            Column::QuotaSince,
            Column::UpdatedAt,
        ];
        // Who is on no waitlist never was; to write that again would write the waitlist's index again.
        let (waiting, others) = self
            .rows(changed)
            .into_iter()
            .partition(|row| row.wait_key.is_some());
        upsert_all::<standings::Entity, _, _>(conn, others, key, counts).await?;
        let counts = counts.into_iter().chain([Column::WaitKey]);
        upsert_all::<standings::Entity, _, _>(conn, waiting, key, counts).await
    }

    fn rows(&self, rows: &[Standing]) -> Vec<standings::Model> {
        let row = |standing: &Standing| standings::Model {
            project_id: self.0.project.uuid(),
            program_id: standing.program.uuid(),
            member_id: standing.member.uuid(),
            registered: i64::from(standing.registered),
            qualified: i64::from(standing.qualified),
            quota_used: i64::from(standing.quota_used),
            quota_since: standing.quota_since,
            wait_key: standing.wait_key,
            updated_at: standing.updated_at,
        };
        rows.iter().map(row).collect()
    }
}

impl TryFrom<standings::Model> for Standing {
    type Error = StoreError;

    fn try_from(row: standings::Model) -> StoreResult<Self> {
        Ok(Self {
            program: ProgramId::from_uuid(row.program_id),
            member: MemberId::from_uuid(row.member_id),
            registered: number(row.registered, "standings", "registered")?,
            qualified: number(row.qualified, "standings", "qualified")?,
            quota_used: number(row.quota_used, "standings", "quota_used")?,
            quota_since: row.quota_since,
            wait_key: row.wait_key,
            updated_at: row.updated_at,
        })
    }
}
