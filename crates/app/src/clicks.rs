//! Clicks on links: answered from memory, durable before the answer, in the database a moment later.

mod drain;
mod follow;
mod robots;

use domain::clicks::Click;
use domain::{codes::Code, people::Permission, programs::Program, projects::Project};
use kernel::{Ctx, Page, PageRequest, ProjectId};
pub use store::ClickFilter;

use crate::{App, AppResult};

pub use drain::{drain, drain_copy};
pub(crate) use follow::usable;
pub use follow::{Followed, LinkVisit, follow_link, link};

/// All that answering a link needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeOnLink {
    /// The code.
    pub code: Code,
    /// Its program.
    pub program: Program,
    /// Its project.
    pub project: Project,
    /// Name of the member who invites, where the code is a member's and the name is known.
    pub inviter: Option<String>,
    /// Where the link leads, ready for `click_id` and `utm_*` to be appended.
    pub target: String,
}

/// A page of clicks, newest first.
pub async fn list_clicks(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    filter: ClickFilter,
    page: PageRequest,
) -> AppResult<Page<Click>> {
    app.authorize(ctx, project, Permission::StatsRead).await?;
    Ok(app
        .store()
        .read()
        .project(project)
        .clicks()
        .list(&filter, page)
        .await?)
}
