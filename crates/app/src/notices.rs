//! In-app notices: a [`Notice`]'s `data` is a [`notify::Letter`], whose subject is what the notice says.

use domain::{notices::Notice, people::Permission};
use kernel::{Ctx, MemberId, NoticeId, Page, PageRequest, ProjectId};

use crate::{App, AppResult, access::known_member};

/// A page of a member's notices, newest first; only unread ones where `unread` says so.
///
/// # Errors
/// `not_found`.
pub async fn list_notices(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    unread: bool,
    page: PageRequest,
) -> AppResult<Page<Notice>> {
    app.authorize_self(ctx, project, member, Permission::MembersRead)
        .await?;
    known_member(app, project, member).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .notices()
        .list(member, unread, page)
        .await?)
}

/// Marks a member's notices as read: those with these ids, or all where none are named. Ids that are not the member's
/// are passed over.
///
/// # Errors
/// `not_found`.
pub async fn mark_read(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    ids: Vec<NoticeId>,
) -> AppResult<()> {
    app.authorize_self(ctx, project, member, Permission::MembersWrite)
        .await?;
    known_member(app, project, member).await?;
    let now = ctx.now();
    app.write(ctx, Some(project), move |tx| {
        let ids = ids.clone();
        Box::pin(async move {
            let named = Some(ids.as_slice()).filter(|ids| !ids.is_empty());
            Ok(tx
                .project(project)
                .notices()
                .mark_read(member, named, now)
                .await?)
        })
    })
    .await
}
