//! `GET /api/v1/audit`

use domain::audit;
use kernel::PageRequest;

use crate::prelude::*;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// At most so many items: 1 to 200; 50 where it is absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Continue after this: `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<i64>,
}

/// One thing that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditEntry {
    /// Its place in the trail.
    seq: i64,
    /// The project, `prj_…`; null for what concerns the installation.
    #[schema(required)]
    project_id: Option<String>,
    /// When.
    at: DateTime<Utc>,
    /// Who: an id, `cli`, or `system:NAME`.
    actor: String,
    /// What: `program.paused`.
    action: String,
    /// To what: the id.
    subject: String,
    /// The rest.
    detail: serde_json::Value,
}

impl From<audit::AuditEntry> for AuditEntry {
    fn from(entry: audit::AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            project_id: entry.project.map(|id| id.to_string()),
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail,
        }
    }
}

failures!(reads: ValidationFailed);

/// Lists what was done in the project, or in the installation where no project is named.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", operation_id = "list_audit", params(AuditQuery),
    responses((status = 200, description = "A page of entries.", body = Page<AuditEntry>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Installation { ctx, project }: Installation,
    Params(AuditQuery { limit, after }): Params<AuditQuery>,
) -> Answer<Page<AuditEntry>> {
    let limit = PageRequest::new(None, limit).limit;
    let entries = app::audit::list_audit(&app, &ctx, project, after, limit).await?;
    let full = entries.len() == usize::from(limit);
    let next = entries
        .last()
        .filter(|_| full)
        .map(|entry| entry.seq.to_string());
    shown(Page {
        next,
        ..Page::whole(entries)
    })
}
