//! Why somebody decided something.

use crate::prelude::*;

/// Why; kept in the audit trail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// A line of at most 255 characters.
    #[schema(min_length = 1, max_length = 255)]
    pub(crate) reason: String,
}

impl Validate for Reason {}
