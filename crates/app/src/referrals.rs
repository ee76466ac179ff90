//! Referrals: who invited whom, and what people decide about it.

mod review;

use domain::{
    people::Permission,
    referrals::{Referral, StoredEvent},
};
use kernel::{Ctx, Page, PageRequest, ProblemCode, ProjectId, ReferralId};
use store::EventFilter;
pub use store::ReferralFilter;

use crate::{App, AppResult};

pub use review::{Review, reverse_referral, review_referral};

/// A page of referrals, newest first.
pub async fn list_referrals(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    filter: ReferralFilter,
    page: PageRequest,
) -> AppResult<Page<Referral>> {
    app.authorize(ctx, project, Permission::ReferralsRead)
        .await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .referrals()
        .list(&filter, page)
        .await?)
}

/// One referral.
///
/// # Errors
/// `not_found`.
pub async fn get_referral(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ReferralId,
) -> AppResult<Referral> {
    app.authorize(ctx, project, Permission::ReferralsRead)
        .await?;
    let found = app
        .store()
        .read()
        .project(project)
        .referrals()
        .find(id)
        .await?;
    found.ok_or_else(|| ProblemCode::NotFound.into())
}

/// The events that touched a referral, with their decision records: newest first, at most [`PageRequest::MAX`].
///
/// # Errors
/// `not_found`.
pub async fn list_decisions(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ReferralId,
) -> AppResult<Vec<StoredEvent>> {
    get_referral(app, ctx, project, id).await?;
    let filter = EventFilter {
        referral: Some(id),
        ..EventFilter::default()
    };
    let page = PageRequest::new(None, Some(PageRequest::MAX));
    Ok(app
        .store()
        .read()
        .project(project)
        .events()
        .list(&filter, page)
        .await?
        .items)
}
