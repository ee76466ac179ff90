//! Webhook endpoints, their messages, and the tries to deliver them.

use domain::webhooks::{Delivery, DeliveryState, Endpoint};
use kernel::{DeliveryId, EndpointId, Page, PageRequest, ProjectId, Timestamp};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    convert::{document, name, number, parsed, variant},
    error::{StoreError, StoreResult},
    rows::{insert_absent, insert_all},
    scope::{Conn, InProject, Owned, newest},
    tables::{attempts, deliveries, endpoints},
    transact::WriteTx,
};

/// The webhooks of a project.
#[derive(Debug)]
pub struct Webhooks<'a, C>(InProject<'a, C>);

/// One try to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// Its id, a `UUIDv7`.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The receiver's answer.
    pub status: Option<u16>,
    /// Why it failed. Only the first 255 characters are kept.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: u32,
}

impl<'a, C> InProject<'a, C> {
    /// Its webhooks.
    pub const fn webhooks(self) -> Webhooks<'a, C> {
        Webhooks(self)
    }
}

impl<C: Conn> Webhooks<'_, C> {
    /// Every endpoint, newest first, disabled ones too.
    pub async fn endpoints(&self) -> StoreResult<Vec<Endpoint>> {
        let rows = endpoints::Entity::of(self.0.project)
            .order_by_desc(endpoints::Column::Id)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Endpoint::try_from).collect()
    }

    /// The endpoint with this id.
    pub async fn find(&self, id: EndpointId) -> StoreResult<Option<Endpoint>> {
        let row = endpoints::Entity::of(self.0.project)
            .filter(endpoints::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(Endpoint::try_from).transpose()
    }

    /// The message with this id.
    pub async fn delivery(&self, id: DeliveryId) -> StoreResult<Option<Delivery>> {
        self.delivery_row(id.uuid())
            .await?
            .map(Delivery::try_from)
            .transpose()
    }

    /// A page of an endpoint's messages, newest first, in one state where it is given.
    pub async fn deliveries(
        &self,
        endpoint: EndpointId,
        state: Option<DeliveryState>,
        page: PageRequest,
    ) -> StoreResult<Page<Delivery>> {
        use deliveries::Column;
        let mut query =
            deliveries::Entity::of(self.0.project).filter(Column::EndpointId.eq(endpoint.uuid()));
        if let Some(state) = state {
            query = query.filter(Column::State.eq(name(&state)));
        }
        let rows = newest(query, Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Delivery::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |delivery: &Delivery| {
            delivery.id.uuid()
        }))
    }

    /// The state of the newest messages to an endpoint, at most `limit`, newest first.
    pub async fn newest_states(
        &self,
        endpoint: EndpointId,
        limit: u64,
    ) -> StoreResult<Vec<DeliveryState>> {
        use deliveries::Column;
        let states: Vec<String> = deliveries::Entity::of(self.0.project)
            .filter(Column::EndpointId.eq(endpoint.uuid()))
            .order_by_desc(Column::Id)
            .limit(limit)
            .select_only()
            .column(Column::State)
            .into_tuple()
            .all(self.0.db.conn())
            .await?;
        states
            .iter()
            .map(|state| variant(state, "deliveries", "state"))
            .collect()
    }

    /// The tries to deliver a message, the first one first.
    pub async fn attempts(&self, delivery: DeliveryId) -> StoreResult<Vec<DeliveryAttempt>> {
        let rows = attempts::Entity::of(self.0.project)
            .filter(attempts::Column::DeliveryId.eq(delivery.uuid()))
            .order_by_asc(attempts::Column::Id)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(DeliveryAttempt::try_from).collect()
    }

    async fn delivery_row(&self, id: Uuid) -> StoreResult<Option<deliveries::Model>> {
        Ok(deliveries::Entity::of(self.0.project)
            .filter(deliveries::Column::Id.eq(id))
            .one(self.0.db.conn())
            .await?)
    }
}

impl Webhooks<'_, WriteTx> {
    /// Adds an endpoint.
    pub async fn insert(&self, endpoint: &Endpoint) -> StoreResult<()> {
        let row = endpoints::Model {
            id: endpoint.id.uuid(),
            project_id: self.0.project.uuid(),
            url: endpoint.url.to_string(),
            events: document(&endpoint.events),
            secret: endpoint.secret.clone(),
            previous_secret: endpoint.previous_secret.clone(),
            previous_until: endpoint.previous_until,
            enabled: endpoint.enabled,
            created_at: endpoint.created_at,
        };
        insert_all::<endpoints::Entity, _, _>(self.0.db.conn(), vec![row]).await
    }

    /// Writes an endpoint's changeable fields: all but id and date.
    pub async fn save(&self, endpoint: &Endpoint) -> StoreResult<()> {
        endpoints::Entity::update_many()
            .col_expr(endpoints::Column::Url, endpoint.url.as_str().into())
            .col_expr(endpoints::Column::Events, document(&endpoint.events).into())
            .col_expr(endpoints::Column::Secret, endpoint.secret.clone().into())
            .col_expr(
                endpoints::Column::PreviousSecret,
                endpoint.previous_secret.clone().into(),
            )
            .col_expr(
                endpoints::Column::PreviousUntil,
                endpoint.previous_until.into(),
            )
            .col_expr(endpoints::Column::Enabled, endpoint.enabled.into())
            .filter(endpoints::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(endpoints::Column::Id.eq(endpoint.id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }

    /// Removes an endpoint. Its messages stay.
    pub async fn delete(&self, id: EndpointId) -> StoreResult<()> {
        endpoints::Entity::delete_many()
            .filter(endpoints::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(endpoints::Column::Id.eq(id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }

    /// Adds messages. One that is there already stays as it is: ids are derived from the cause.
    pub async fn insert_deliveries(&self, deliveries: &[Delivery]) -> StoreResult<()> {
        let rows = deliveries
            .iter()
            .map(|delivery| deliveries::Model {
                id: delivery.id.uuid(),
                project_id: self.0.project.uuid(),
                endpoint_id: delivery.endpoint.uuid(),
                event: delivery.event.clone(),
                body: delivery.body.clone(),
                state: name(&delivery.state),
                attempts: i64::from(delivery.attempts),
                last_status: delivery.last_status.map(i64::from),
                last_error: delivery.last_error.clone(),
                created_at: delivery.created_at,
                attempted_at: delivery.attempted_at,
            })
            .collect();
        insert_absent::<deliveries::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Lets a message wait for another try, whatever came of it before.
    pub async fn revive(&self, id: DeliveryId) -> StoreResult<()> {
        deliveries::Entity::update_many()
            .col_expr(
                deliveries::Column::State,
                name(&DeliveryState::Pending).into(),
            )
            .filter(deliveries::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(deliveries::Column::Id.eq(id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }

    /// Remembers a try to deliver a message and where the message stands after it.
    pub async fn record_attempt(
        &self,
        delivery: DeliveryId,
        attempt: &DeliveryAttempt,
        state: DeliveryState,
    ) -> StoreResult<()> {
        use deliveries::Column;
        let error = attempt
            .error
            .as_ref()
            .map(|text| text.chars().take(255).collect::<String>());
        let status = attempt.status.map(i64::from);
        deliveries::Entity::update_many()
            .col_expr(Column::State, name(&state).into())
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .col_expr(Column::LastStatus, status.into())
            .col_expr(Column::LastError, error.clone().into())
            .col_expr(Column::AttemptedAt, attempt.at.into())
            .filter(Column::ProjectId.eq(self.0.project.uuid()))
            .filter(Column::Id.eq(delivery.uuid()))
            .exec(self.0.db.conn())
            .await?;
        let row = attempts::Model {
            id: attempt.id,
            project_id: self.0.project.uuid(),
            delivery_id: delivery.uuid(),
            at: attempt.at,
            status,
            error,
            millis: i64::from(attempt.millis),
        };
        insert_all::<attempts::Entity, _, _>(self.0.db.conn(), vec![row]).await
    }
}

impl TryFrom<endpoints::Model> for Endpoint {
    type Error = StoreError;

    fn try_from(row: endpoints::Model) -> StoreResult<Self> {
        Ok(Self {
            id: EndpointId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            url: row
                .url
                .parse()
                .map_err(|error: url::ParseError| StoreError::Inconsistent {
                    table: "endpoints",
                    column: "url",
                    cause: error.to_string(),
                })?,
            events: parsed(&row.events, "endpoints", "events")?,
            secret: row.secret,
            previous_secret: row.previous_secret,
            previous_until: row.previous_until,
            enabled: row.enabled,
            created_at: row.created_at,
        })
    }
}

impl TryFrom<deliveries::Model> for Delivery {
    type Error = StoreError;

    fn try_from(row: deliveries::Model) -> StoreResult<Self> {
        Ok(Self {
            id: DeliveryId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            endpoint: EndpointId::from_uuid(row.endpoint_id),
            event: row.event,
            body: row.body,
            state: variant(&row.state, "deliveries", "state")?,
            attempts: number(row.attempts, "deliveries", "attempts")?,
            last_status: row
                .last_status
                .map(|status| number(status, "deliveries", "last_status"))
                .transpose()?,
            last_error: row.last_error,
            created_at: row.created_at,
            attempted_at: row.attempted_at,
        })
    }
}

impl TryFrom<attempts::Model> for DeliveryAttempt {
    type Error = StoreError;

    fn try_from(row: attempts::Model) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            at: row.at,
            status: row
                .status
                .map(|status| number(status, "attempts", "status"))
                .transpose()?,
            error: row.error,
            millis: number(row.millis, "attempts", "millis")?,
        })
    }
}
