//! Permissions: who may do what.

use crate::prelude::*;

mod list;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list::list))
}
