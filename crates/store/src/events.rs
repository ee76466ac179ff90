//! Ingested events and the orders they are about.

use domain::referrals::{EventType, Order, StoredEvent};
use kernel::{Amount, EventId, MemberId, Page, PageRequest, ProjectId, ReferralId};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    convert::{bytes, document, parsed},
    error::{StoreError, StoreResult},
    rows::{insert_all, insert_new, padded, upsert_all},
    scope::{Conn, InProject, Owned, newest},
    tables::{events, orders},
    transact::WriteTx,
};

/// The events of a project.
#[derive(Debug)]
pub struct Events<'a, C>(InProject<'a, C>);

/// Which events a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// About this member.
    pub member: Option<MemberId>,
    /// About this referral.
    pub referral: Option<ReferralId>,
    /// With this key.
    pub key: Option<String>,
}

impl<'a, C> InProject<'a, C> {
    /// Its events.
    pub const fn events(self) -> Events<'a, C> {
        Events(self)
    }
}

impl<C: Conn> Events<'_, C> {
    /// The event with this id.
    pub async fn find(&self, id: EventId) -> StoreResult<Option<StoredEvent>> {
        let row = events::Entity::of(self.0.project)
            .filter(events::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(StoredEvent::try_from).transpose()
    }

    /// The events with these keys.
    pub async fn find_by_keys(&self, keys: &[&str]) -> StoreResult<Vec<StoredEvent>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows = events::Entity::of(self.0.project)
            .filter(events::Column::EventKey.is_in(padded(keys.iter().copied())))
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(StoredEvent::try_from).collect()
    }

    /// The events of these members that touched no referral, oldest first, at most `limit`.
    pub async fn without_referral(
        &self,
        members: &[MemberId],
        limit: u64,
    ) -> StoreResult<Vec<StoredEvent>> {
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let rows = events::Entity::of(self.0.project)
            .filter(events::Column::MemberId.is_in(padded(members.iter().map(|id| id.uuid()))))
            .filter(events::Column::ReferralId.is_null())
            .order_by_asc(events::Column::Id)
            .limit(limit)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(StoredEvent::try_from).collect()
    }

    /// A page of events, newest first.
    pub async fn list(
        &self,
        filter: &EventFilter,
        page: PageRequest,
    ) -> StoreResult<Page<StoredEvent>> {
        use events::Column;
        let mut query = events::Entity::of(self.0.project);
        if let Some(member) = filter.member {
            query = query.filter(Column::MemberId.eq(member.uuid()));
        }
        if let Some(referral) = filter.referral {
            query = query.filter(Column::ReferralId.eq(referral.uuid()));
        }
        if let Some(key) = &filter.key {
            query = query.filter(Column::EventKey.eq(key));
        }
        let rows = newest(query, Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(StoredEvent::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |event: &StoredEvent| {
            event.id.uuid()
        }))
    }
}

impl Events<'_, WriteTx> {
    /// Records events.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where a key was used before.
    pub async fn insert_all(&self, new: &[StoredEvent]) -> StoreResult<()> {
        let rows = new.iter().map(|event| self.row(event)).collect();
        insert_all::<events::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Writes referral and outcome of events that were decided anew.
    pub async fn save_all(&self, changed: &[StoredEvent]) -> StoreResult<()> {
        use events::Column;
        let rows = changed.iter().map(|event| self.row(event)).collect();
        let columns = [Column::ReferralId, Column::Outcome];
        upsert_all::<events::Entity, _, _>(self.0.db.conn(), rows, [Column::Id], columns).await
    }

    /// The orders with these keys, held until the commit.
    pub async fn lock_orders(&self, keys: &[&str]) -> StoreResult<Vec<Order>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows = orders::Entity::of(self.0.project)
            .filter(orders::Column::OrderKey.is_in(padded(keys.iter().copied())))
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        Ok(rows.into_iter().map(Order::from).collect())
    }

    /// Writes orders that were not there.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] where another process was faster: run again, the write finds its rows.
    pub async fn insert_orders(&self, new: &[Order]) -> StoreResult<()> {
        insert_new::<orders::Entity, _, _>(self.0.db.conn(), self.order_rows(new), "an order").await
    }

    /// Writes orders held by [`Self::lock_orders`].
    pub async fn save_orders(&self, changed: &[Order]) -> StoreResult<()> {
        use orders::Column;
        upsert_all::<orders::Entity, _, _>(
            self.0.db.conn(),
            self.order_rows(changed),
            [Column::ProjectId, Column::OrderKey],
            [Column::Paid, Column::Refunded],
        )
        .await
    }

    fn order_rows(&self, rows: &[Order]) -> Vec<orders::Model> {
        let row = |order: &Order| orders::Model {
            project_id: self.0.project.uuid(),
            order_key: order.key.clone(),
            member_id: order.member.uuid(),
            paid: order.paid.0,
            refunded: order.refunded.0,
            created_at: order.created_at,
        };
        rows.iter().map(row).collect()
    }

    fn row(&self, event: &StoredEvent) -> events::Model {
        events::Model {
            id: event.id.uuid(),
            project_id: self.0.project.uuid(),
            event_key: event.key.clone(),
            fingerprint: event.fingerprint.to_vec(),
            kind: event.kind.as_str().to_owned(),
            member_id: event.member.uuid(),
            referral_id: event.referral.map(ReferralId::uuid),
            event: document(&event.event),
            outcome: document(&event.outcome),
            occurred_at: event.occurred_at,
            created_at: event.created_at,
        }
    }
}

impl TryFrom<events::Model> for StoredEvent {
    type Error = StoreError;

    fn try_from(row: events::Model) -> StoreResult<Self> {
        Ok(Self {
            id: EventId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            key: row.event_key,
            fingerprint: bytes(&row.fingerprint, "events", "fingerprint")?,
            kind: EventType::from(row.kind),
            member: MemberId::from_uuid(row.member_id),
            referral: row.referral_id.map(ReferralId::from_uuid),
            event: parsed(&row.event, "events", "event")?,
            outcome: parsed(&row.outcome, "events", "outcome")?,
            occurred_at: row.occurred_at,
            created_at: row.created_at,
        })
    }
}

impl From<orders::Model> for Order {
    fn from(row: orders::Model) -> Self {
        Self {
            project: ProjectId::from_uuid(row.project_id),
            key: row.order_key,
            member: MemberId::from_uuid(row.member_id),
            paid: Amount(row.paid),
            refunded: Amount(row.refunded),
            created_at: row.created_at,
        }
    }
}
