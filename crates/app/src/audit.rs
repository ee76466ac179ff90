//! The audit trail: who did what, and whether anybody touched it since.

use std::collections::HashMap;

use domain::{
    audit::{AuditEntry, GENESIS, verify},
    people::Permission,
};
use kernel::{Ctx, KeyId, Page, PageRequest, ProjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;
pub use store::AuditFilter;
use store::Trail;

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
    let trail = readable(app, ctx, project).await?;
    Ok(app
        .store()
        .read()
        .directory()
        .audit_entries(trail, &filter, page)
        .await?)
}

/// What those are called whom the trail names, by label: operators, a project's keys, and of whatever project the keys
/// among `labels`. Whoever may read the trail is told who did it.
///
/// # Errors
/// Those of [`list_audit`].
pub async fn actor_names(
    app: &App,
    ctx: &Ctx,
    project: Option<ProjectId>,
    labels: &[&str],
) -> AppResult<HashMap<String, String>> {
    readable(app, ctx, project).await?;
    let reader = app.store().read();
    let operators = reader.directory().operators().await?.into_iter();
    let mut names: HashMap<String, String> = operators
        .map(|operator| (operator.id.to_string(), operator.name))
        .collect();
    if let Some(project) = project {
        let newest = PageRequest::new(None, Some(PageRequest::MAX));
        let keys = reader.project(project).keys().list(newest).await?.items;
        names.extend(keys.into_iter().map(|key| (key.id.to_string(), key.name)));
    }
    for label in labels {
        let Ok(id) = label.parse::<KeyId>() else {
            continue;
        };
        if !names.contains_key(*label)
            && let Some(key) = reader.directory().key(id).await?
        {
            names.insert((*label).to_owned(), key.name);
        }
    }
    Ok(names)
}

/// The part of the trail that the actor asks for, if they may read it.
async fn readable(app: &App, ctx: &Ctx, project: Option<ProjectId>) -> AppResult<Trail> {
    let Some(project) = project else {
        app.authorize_installation(ctx, Permission::AuditRead)
            .await?;
        return Ok(Trail::Whole);
    };
    app.authorize(ctx, project, Permission::AuditRead).await?;
    Ok(Trail::Project(project))
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
