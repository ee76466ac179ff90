//! What one version of a program says otherwise than another.

use domain::programs::{Change, compare};
use kernel::{Ctx, ProgramId, ProjectId};

use super::get_version;
use crate::{App, AppResult};

/// What the version `to` says otherwise than the version `from`; see [`compare`].
///
/// # Errors
/// `not_found`.
pub async fn compare_versions(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    id: ProgramId,
    from: u32,
    to: u32,
) -> AppResult<Vec<Change>> {
    let old = get_version(app, ctx, project, id, from).await?;
    let new = get_version(app, ctx, project, id, to).await?;
    Ok(compare(&old.settings, &new.settings))
}
