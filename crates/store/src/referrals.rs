//! Referrals.

use domain::{
    referrals::{Referral, ReferralState},
    risk::Verdict,
};
use kernel::{CodeId, MemberId, Page, PageRequest, ProgramId, ProjectId, ReferralId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    convert::{bytes, name, number, variant},
    error::{StoreError, StoreResult},
    rows::{insert_all, padded, upsert_all},
    scope::{Conn, InProject, Owned, Period, made_in, newest},
    tables::referrals,
    transact::WriteTx,
};

/// The referrals of a project.
#[derive(Debug)]
pub struct Referrals<'a, C>(InProject<'a, C>);

/// Which referrals a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferralFilter {
    /// Of this program.
    pub program: Option<ProgramId>,
    /// By this inviter.
    pub inviter: Option<MemberId>,
    /// Of this invitee.
    pub invitee: Option<MemberId>,
    /// In this state.
    pub state: Option<ReferralState>,
    /// With this verdict.
    pub verdict: Option<Verdict>,
    /// Of invitees who signed up in this stretch of time.
    pub period: Period,
}

impl<'a, C> InProject<'a, C> {
    /// Its referrals.
    pub const fn referrals(self) -> Referrals<'a, C> {
        Referrals(self)
    }
}

impl<C: Conn> Referrals<'_, C> {
    /// The referral with this id.
    pub async fn find(&self, id: ReferralId) -> StoreResult<Option<Referral>> {
        let row = referrals::Entity::of(self.0.project)
            .filter(referrals::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(Referral::try_from).transpose()
    }

    /// A page of referrals, newest first.
    pub async fn list(
        &self,
        filter: &ReferralFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Referral>> {
        use referrals::Column;
        let of_project = referrals::Entity::of(self.0.project);
        let mut query = made_in(of_project, Column::Id, filter.period);
        if let Some(program) = filter.program {
            query = query.filter(Column::ProgramId.eq(program.uuid()));
        }
        if let Some(inviter) = filter.inviter {
            query = query.filter(Column::InviterId.eq(inviter.uuid()));
        }
        if let Some(invitee) = filter.invitee {
            query = query.filter(Column::InviteeId.eq(invitee.uuid()));
        }
        if let Some(state) = filter.state {
            query = query.filter(Column::State.eq(name(&state)));
        }
        if let Some(verdict) = filter.verdict {
            query = query.filter(Column::Verdict.eq(name(&verdict)));
        }
        let rows = newest(query, Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Referral::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |referral: &Referral| {
            referral.id.uuid()
        }))
    }

    /// How many referrals that still earn wait for a person's decision, as far as `most`.
    pub async fn waiting_for_review(&self, most: u64) -> StoreResult<u64> {
        use referrals::Column;
        let earning = ReferralState::ALL
            .iter()
            .filter(|state| state.is_earning())
            .map(name);
        let waiting: Vec<Uuid> = referrals::Entity::of(self.0.project)
            .filter(Column::Verdict.eq(name(&Verdict::Review)))
            .filter(Column::State.is_in(earning))
            .limit(most)
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .all(self.0.db.conn())
            .await?;
        Ok(waiting.len() as u64)
    }

    /// Of the newest referrals that were set aside for a review, as many as `most`: how many still earn and wait for it, and
    /// since when the oldest of those does.
    pub async fn reviews(&self, most: u64) -> StoreResult<(u64, Option<Timestamp>)> {
        use referrals::Column;
        let newest: Vec<(String, Timestamp)> = referrals::Entity::of(self.0.project)
            .filter(Column::Verdict.eq(name(&Verdict::Review)))
            .order_by_desc(Column::Id)
            .limit(most)
            .select_only()
            .column(Column::State)
            .column(Column::CreatedAt)
            .into_tuple()
            .all(self.0.db.conn())
            .await?;
        let (mut waiting, mut oldest) = (0, None);
        for (state, since) in newest {
            if variant::<ReferralState>(&state, "referrals", "state")?.is_earning() {
                waiting += 1;
                oldest = Some(since);
            }
        }
        Ok((waiting, oldest))
    }

    /// Who signed up from these addresses since `since`: pairs of hash and invitee, at most `limit`.
    pub async fn seen_from(
        &self,
        addresses: &[[u8; 16]],
        since: Timestamp,
        limit: u64,
    ) -> StoreResult<Vec<([u8; 16], MemberId)>> {
        use referrals::Column;
        if addresses.is_empty() {
            return Ok(Vec::new());
        }
        let query = referrals::Entity::of(self.0.project)
            .filter(Column::AddressHash.is_in(padded(addresses.iter().map(|hash| hash.to_vec()))))
            .filter(Column::CreatedAt.gte(since))
            .limit(limit);
        self.seen(query, Column::AddressHash).await
    }

    /// Who signed up on these devices: pairs of hash and invitee, at most `limit`.
    pub async fn seen_on(
        &self,
        devices: &[[u8; 16]],
        limit: u64,
    ) -> StoreResult<Vec<([u8; 16], MemberId)>> {
        use referrals::Column;
        if devices.is_empty() {
            return Ok(Vec::new());
        }
        let query = referrals::Entity::of(self.0.project)
            .filter(Column::DeviceHash.is_in(padded(devices.iter().map(|hash| hash.to_vec()))))
            .limit(limit);
        self.seen(query, Column::DeviceHash).await
    }

    async fn seen(
        &self,
        query: sea_orm::Select<referrals::Entity>,
        hash: referrals::Column,
    ) -> StoreResult<Vec<([u8; 16], MemberId)>> {
        let rows: Vec<(Vec<u8>, Uuid)> = query
            .select_only()
            .column(hash)
            .column(referrals::Column::InviteeId)
            .into_tuple()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter()
            .map(|(hash, member)| {
                Ok((
                    bytes(&hash, "referrals", "hash")?,
                    MemberId::from_uuid(member),
                ))
            })
            .collect()
    }
}

impl Referrals<'_, WriteTx> {
    /// The referrals of these invitees in any program, held until the commit, oldest first.
    pub async fn lock_of_invitees(&self, invitees: &[MemberId]) -> StoreResult<Vec<Referral>> {
        if invitees.is_empty() {
            return Ok(Vec::new());
        }
        let rows = referrals::Entity::of(self.0.project)
            .filter(referrals::Column::InviteeId.is_in(padded(invitees.iter().map(|id| id.uuid()))))
            .order_by_asc(referrals::Column::Id)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Referral::try_from).collect()
    }

    /// The referrals with these ids, held until the commit.
    pub async fn lock(&self, ids: &[ReferralId]) -> StoreResult<Vec<Referral>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = referrals::Entity::of(self.0.project)
            .filter(referrals::Column::Id.is_in(padded(ids.iter().map(|id| id.uuid()))))
            .order_by_asc(referrals::Column::Id)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Referral::try_from).collect()
    }

    /// Adds referrals.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where an invitee has an inviter in the program.
    pub async fn insert_all(&self, new: &[Referral]) -> StoreResult<()> {
        let rows = new.iter().map(|referral| self.row(referral)).collect();
        insert_all::<referrals::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Writes state, verdict, reason and times of referrals held until the commit.
    pub async fn save_all(&self, changed: &[Referral]) -> StoreResult<()> {
        use referrals::Column;
        let rows = changed.iter().map(|referral| self.row(referral)).collect();
        upsert_all::<referrals::Entity, _, _>(
            self.0.db.conn(),
            rows,
            [Column::Id],
            [
                Column::State,
                Column::Verdict,
                Column::Reason,
                Column::ExpiresAt,
                Column::QualifiedAt,
                Column::UpdatedAt,
            ],
        )
        .await
    }

    fn row(&self, referral: &Referral) -> referrals::Model {
        referrals::Model {
            id: referral.id.uuid(),
            project_id: self.0.project.uuid(),
            program_id: referral.program.uuid(),
            version: i64::from(referral.version),
            inviter_id: referral.inviter.map(MemberId::uuid),
            invitee_id: referral.invitee.uuid(),
            code_id: referral.code.uuid(),
            click_id: referral.click,
            source: name(&referral.source),
            channel: referral.channel.clone(),
            state: name(&referral.state),
            verdict: name(&referral.verdict),
            score: i64::from(referral.score),
            reason: referral.reason.clone(),
            address_hash: referral.address_hash.map(|hash| hash.to_vec()),
            device_hash: referral.device_hash.map(|hash| hash.to_vec()),
            expires_at: referral.expires_at,
            created_at: referral.created_at,
            qualified_at: referral.qualified_at,
            updated_at: referral.updated_at,
        }
    }
}

impl WriteTx {
    /// Referrals of any project whose time to qualify is over, oldest first.
    pub async fn referrals_due(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> StoreResult<Vec<(ProjectId, ReferralId)>> {
        use referrals::Column;
        let rows: Vec<(Uuid, Uuid)> = referrals::Entity::find()
            .filter(Column::State.eq(name(&ReferralState::Registered)))
            .filter(Column::ExpiresAt.lte(now))
            .order_by_asc(Column::ExpiresAt)
            .limit(limit)
            .select_only()
            .column(Column::ProjectId)
            .column(Column::Id)
            .into_tuple()
            .all(self.conn())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(project, id)| (ProjectId::from_uuid(project), ReferralId::from_uuid(id)))
            .collect())
    }
}

impl TryFrom<referrals::Model> for Referral {
    type Error = StoreError;

    fn try_from(row: referrals::Model) -> StoreResult<Self> {
        let hash = |value: Option<Vec<u8>>, column| {
            value
                .map(|value| bytes(&value, "referrals", column))
                .transpose()
        };
        Ok(Self {
            id: ReferralId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            program: ProgramId::from_uuid(row.program_id),
            version: number(row.version, "referrals", "version")?,
            inviter: row.inviter_id.map(MemberId::from_uuid),
            invitee: MemberId::from_uuid(row.invitee_id),
            code: CodeId::from_uuid(row.code_id),
            click: row.click_id,
            source: variant(&row.source, "referrals", "source")?,
            channel: row.channel,
            state: variant(&row.state, "referrals", "state")?,
            verdict: variant(&row.verdict, "referrals", "verdict")?,
            score: number(row.score, "referrals", "score")?,
            reason: row.reason,
            address_hash: hash(row.address_hash, "address_hash")?,
            device_hash: hash(row.device_hash, "device_hash")?,
            expires_at: row.expires_at,
            created_at: row.created_at,
            qualified_at: row.qualified_at,
            updated_at: row.updated_at,
        })
    }
}
