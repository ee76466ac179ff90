//! Standings: a member's figures in one program.

use domain::referrals::Standing;
use kernel::{MemberId, ProgramId};
use sea_orm::{
    ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
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
        let rows = standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.eq(program.uuid()))
            .filter(standings::Column::Qualified.gt(0))
            .order_by_desc(standings::Column::Qualified)
            .order_by_asc(standings::Column::MemberId)
            .limit(limit)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Standing::try_from).collect()
    }

    /// The rank of a standing among its program's, from 1.
    pub async fn rank(&self, standing: &Standing) -> StoreResult<u64> {
        let ahead = self
            .ranked(standing, ahead(standing))
            .count(self.0.db.conn())
            .await?;
        Ok(ahead + 1)
    }

    /// At most `limit` standings right before this one, by rank.
    pub async fn before(&self, standing: &Standing, limit: u64) -> StoreResult<Vec<Standing>> {
        let mut rows = self
            .ranked(standing, ahead(standing))
            .order_by_asc(standings::Column::Qualified)
            .order_by_desc(standings::Column::MemberId)
            .limit(limit)
            .all(self.0.db.conn())
            .await?;
        rows.reverse();
        rows.into_iter().map(Standing::try_from).collect()
    }

    /// At most `limit` standings right after this one, by rank, as far as they have a qualified referral.
    pub async fn after(&self, standing: &Standing, limit: u64) -> StoreResult<Vec<Standing>> {
        use standings::Column;
        let qualified = i64::from(standing.qualified);
        let behind = Condition::any().add(Column::Qualified.lt(qualified)).add(
            Condition::all()
                .add(Column::Qualified.eq(qualified))
                .add(Column::MemberId.gt(standing.member.uuid())),
        );
        let rows = self
            .ranked(standing, behind)
            .filter(Column::Qualified.gt(0))
            .order_by_desc(Column::Qualified)
            .order_by_asc(Column::MemberId)
            .limit(limit)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Standing::try_from).collect()
    }

    fn ranked(&self, standing: &Standing, which: Condition) -> Select<standings::Entity> {
        standings::Entity::of(self.0.project)
            .filter(standings::Column::ProgramId.eq(standing.program.uuid()))
            .filter(which)
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

/// Whoever has a better rank than this one.
fn ahead(standing: &Standing) -> Condition {
    use standings::Column;
    let qualified = i64::from(standing.qualified);
    Condition::any().add(Column::Qualified.gt(qualified)).add(
        Condition::all()
            .add(Column::Qualified.eq(qualified))
            .add(Column::MemberId.lt(standing.member.uuid())),
    )
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
