//! `GET /api/v1/audit`

use app::audit::AuditFilter;
use domain::audit;

use crate::prelude::*;

list_query! {
    /// Which entries.
    AuditQuery {
        /// Only by this actor: an id, `cli`, or `system:NAME`.
        actor: Option<String>,
        /// Only those whose action begins so: `program.` or `program.paused`.
        action: Option<String>,
        /// Only about this: the id.
        subject: Option<String>,
    }
}

/// One thing that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
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
    Params(query): Params<AuditQuery>,
) -> Answer<Page<AuditEntry>> {
    let page = query.page()?;
    let AuditQuery {
        actor,
        action,
        subject,
        ..
    } = query;
    let filter = AuditFilter {
        actor,
        action,
        subject,
    };
    shown(app::audit::list_audit(&app, &ctx, project, filter, page).await?)
}
