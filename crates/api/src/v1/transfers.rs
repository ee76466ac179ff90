//! Transfers: the movements of value in a project.

use crate::prelude::*;

mod list;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list::list))
}
