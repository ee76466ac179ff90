//! `GET /api/v1/members/{id}/timeline`

use app::members::{Notices, TimelineItem};

use super::shapes::{Notice, Transfer};
use crate::{
    prelude::*,
    v1::{audit::AuditEntry, events::Event, referrals::Referral, rewards::Grant},
};

list_query! {
    /// Which stretch of it.
    TimelineQuery {}
}

/// One thing about a member: exactly one of the fields besides `at` is not null.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct TimelineEntry {
    /// When.
    at: DateTime<Utc>,
    /// The host application told of something.
    #[schema(required)]
    event: Option<Event>,
    /// The member was invited.
    #[schema(required)]
    joined: Option<Referral>,
    /// The member brought somebody in.
    #[schema(required)]
    brought_in: Option<Referral>,
    /// The member was rewarded.
    #[schema(required)]
    grant: Option<Grant>,
    /// Something moved on the member's accounts.
    #[schema(required)]
    transfer: Option<Transfer>,
    /// The member was told something.
    #[schema(required)]
    notice: Option<Notice>,
    /// Somebody did something about the member.
    #[schema(required)]
    audit: Option<AuditEntry>,
}

impl From<app::members::TimelineEntry> for TimelineEntry {
    fn from(entry: app::members::TimelineEntry) -> Self {
        let at = entry.at;
        let mut shown = Self {
            at,
            ..Self::default()
        };
        match entry.item {
            TimelineItem::Event(it) => shown.event = Some((*it).into()),
            TimelineItem::Joined(it) => shown.joined = Some((*it).into()),
            TimelineItem::BroughtIn(it) => shown.brought_in = Some((*it).into()),
            TimelineItem::Granted(it) => shown.grant = Some((*it).into()),
            TimelineItem::Moved(it) => shown.transfer = Some((*it).into()),
            TimelineItem::Told(it) => shown.notice = Some((*it).into()),
            TimelineItem::Audited(it) => shown.audit = Some((*it).into()),
        }
        shown
    }
}

failures!(reads: NotFound, ValidationFailed);

/// Lists all that concerns a member, as far as the caller may read it.
#[utoipa::path(get, path = "/api/v1/members/{id}/timeline", tag = "members", operation_id = "get_timeline",
    params(("id" = String, Path, description = "The member's id, `mem_…`."), TimelineQuery),
    responses((status = 200, description = "A page of it.", body = Page<TimelineEntry>), Failure))]
pub(super) async fn timeline(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    PathOf(id): PathOf<MemberId>,
    Params(query): Params<TimelineQuery>,
) -> Answer<Page<TimelineEntry>> {
    shown(app::members::timeline(&app, &ctx, project, id, Notices::With, query.page()?).await?)
}
