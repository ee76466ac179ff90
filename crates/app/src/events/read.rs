//! Looking events up again.

use domain::{people::Permission, referrals::StoredEvent};
use kernel::{Ctx, EventId, Page, PageRequest, ProblemCode, ProjectId};
use store::EventFilter;

use crate::{App, AppResult};

/// A page of events with their decision records, newest first.
pub async fn list_events(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    filter: EventFilter,
    page: PageRequest,
) -> AppResult<Page<StoredEvent>> {
    app.authorize(ctx, project, Permission::ReferralsRead)
        .await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .events()
        .list(&filter, page)
        .await?)
}

/// One event with its decision record.
///
/// # Errors
/// `not_found`.
pub async fn get_event(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: EventId,
) -> AppResult<StoredEvent> {
    app.authorize(ctx, project, Permission::ReferralsRead)
        .await?;
    let found = app
        .store()
        .read()
        .project(project)
        .events()
        .find(id)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}
