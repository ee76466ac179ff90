//! `GET /api/v1/webhooks/{id}/deliveries`

use domain::webhooks::DeliveryState as DomainState;

use super::{Delivery, DeliveryState};
use crate::prelude::*;

list_query! {
    /// Which messages.
    DeliveriesQuery {
        /// Only in this state.
        #[param(inline, value_type = Option<DeliveryState>)]
        state: Option<DomainState>,
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists the messages to an endpoint.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks", operation_id = "list_deliveries",
    params(("id" = String, Path, description = "The endpoint's id, `whk_…`."), DeliveriesQuery),
    responses((status = 200, description = "A page of messages.", body = Page<Delivery>), Failure))]
pub(super) async fn deliveries(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<EndpointId>,
    Params(query): Params<DeliveriesQuery>,
) -> Answer<Page<Delivery>> {
    shown(
        app::webhooks::list_deliveries(&app, &ctx, project, id, query.state, query.page()?).await?,
    )
}
