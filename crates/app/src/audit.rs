//! The audit trail: who did what, and whether anybody touched it since.

use domain::{
    audit::{AuditEntry, GENESIS, verify},
    people::Permission,
};
use kernel::{Ctx, Page, PageRequest, ProjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;
pub use store::AuditFilter;

use crate::{App, AppResult};

/// Entries that are checked at a time.
const STRETCH: u64 = 1000;

/// Whether the trail is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReport {
    /// Entries that are as they were written, from the first one on.
    pub intact: u64,
    /// The place of the first one that was changed, moved, or whose predecessor is missing; none: all is well.
    pub broken_at: Option<i64>,
}

/// A page of the trail, newest first: of a project, or of the whole installation where none is named.
pub async fn list_audit(
    app: &App,
    ctx: &Ctx,
    project: Option<ProjectId>,
    filter: AuditFilter,
    page: PageRequest,
) -> AppResult<Page<AuditEntry>> {
    match project {
        Some(project) => app.authorize(ctx, project, Permission::AuditRead).await,
        None => app.authorize_installation(ctx, Permission::AuditRead).await,
    }?;
    let scope = project.map(Some);
    Ok(app
        .store()
        .read()
        .audit_entries(scope, &filter, page)
        .await?)
}

/// Records that the database was restored from a backup.
pub async fn record_restore(app: &App, ctx: &Ctx, backup: &str) -> AppResult<()> {
    app.authorize_installation(ctx, Permission::ProjectsWrite)
        .await?;
    let (own, backup) = (ctx.clone(), backup.to_owned());
    app.write(ctx, None, move |tx| {
        let (ctx, backup) = (own.clone(), backup.clone());
        Box::pin(async move {
            let (actor, detail) = (ctx.actor.label(), json!({}));
            let action = "installation.restored";
            Ok(tx
                .audit(None, ctx.now(), &actor, action, &backup, detail)
                .await?)
        })
    })
    .await
}

/// Checks the whole trail against its hashes. Entries cut off at the end leave no trace in it.
pub async fn verify_audit(app: &App, ctx: &Ctx) -> AppResult<AuditReport> {
    app.authorize_installation(ctx, Permission::AuditRead)
        .await?;
    let reader = app.store().read();
    let (mut hash, mut seq, mut intact) = (GENESIS, 0, 0);
    loop {
        let entries = reader.audit_all_after(seq, STRETCH).await?;
        let Some(last) = entries.last() else {
            return Ok(AuditReport {
                intact,
                broken_at: None,
            });
        };
        seq = last.seq;
        match verify(hash, &entries) {
            Ok(end) => hash = end,
            Err(broken) => {
                intact += entries
                    .iter()
                    .take_while(|entry| entry.seq < broken)
                    .count() as u64;
                return Ok(AuditReport {
                    intact,
                    broken_at: Some(broken),
                });
            }
        }
        intact += entries.len() as u64;
    }
}
