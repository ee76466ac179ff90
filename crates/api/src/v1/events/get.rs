//! `GET /api/v1/events/{id}`

use super::Event;
use crate::prelude::*;

failures!(reads: NotFound);

/// Shows an event with what it did.
#[utoipa::path(get, path = "/api/v1/events/{id}", tag = "events", operation_id = "get_event",
    params(("id" = String, Path, description = "The event's id, `evt_…`.")),
    responses((status = 200, description = "The event.", body = Event), Failure))]
pub(super) async fn get(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<EventId>,
) -> Answer<Event> {
    shown(app::events::get_event(&app, &ctx, project, id).await?)
}
