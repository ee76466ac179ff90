//! `GET /api/v1/events`

use app::events::EventFilter;

use super::Event;
use crate::prelude::*;

list_query! {
    /// Which events.
    EventsQuery {
        /// Only about this member, `mem_…`.
        #[param(value_type = Option<String>)]
        member_id: Option<MemberId>,
        /// Only about this referral, `ref_…`.
        #[param(value_type = Option<String>)]
        referral_id: Option<ReferralId>,
        /// Only the one that you call so.
        event_id: Option<String>,
    }
}

failures!(reads: ValidationFailed);

/// Lists events with what they did.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", operation_id = "list_events", params(EventsQuery),
    responses((status = 200, description = "A page of events.", body = Page<Event>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<EventsQuery>,
) -> Answer<Page<Event>> {
    let page = query.page()?;
    let EventsQuery {
        member_id,
        referral_id,
        event_id,
        ..
    } = query;
    let filter = EventFilter {
        member: member_id,
        referral: referral_id,
        key: event_id,
    };
    shown(app::events::list_events(&app, &ctx, project, filter, page).await?)
}
