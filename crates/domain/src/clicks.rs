//! Clicks on invite links.

use std::collections::BTreeMap;

use kernel::{CodeId, ProgramId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One click, as recorded before it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Click {
    /// `UUIDv7`: carries the time.
    pub id: Uuid,
    /// The tenant.
    pub project: ProjectId,
    /// The program of the code.
    pub program: ProgramId,
    /// The code of the link.
    pub code: CodeId,
    /// When.
    pub at: Timestamp,
    /// Channel named by the link (`ch`), else `utm_medium`, else `direct`.
    pub channel: String,
    /// The `utm_*` parameters without their prefix.
    pub utm: BTreeMap<String, String>,
    /// Keyed hash of the address; absent in privacy mode.
    pub address_hash: Option<[u8; 16]>,
    /// Keyed hash of the user agent.
    pub agent_hash: Option<[u8; 16]>,
    /// Host of the referring page.
    pub referrer: Option<String>,
    /// Whether the agent calls itself a robot or a link preview.
    pub bot: bool,
}
