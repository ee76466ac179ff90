//! The audit trail.

use crate::prelude::*;

mod list;

pub(super) use list::AuditEntry;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list::list))
}
