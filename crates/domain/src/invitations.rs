//! Invitations addressed to one e-mail.

use kernel::{CodeId, InvitationId, MemberId, ProgramId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Sent and open.
    Sent,
    /// The addressee signed up.
    Accepted,
    /// Taken back.
    Revoked,
}

/// An invitation to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The tenant.
    pub project: ProjectId,
    /// The program.
    pub program: ProgramId,
    /// Who invites.
    pub inviter: MemberId,
    /// The code that the e-mail carries.
    pub code: CodeId,
    /// The addressee as compared: [`crate::members::email_key`].
    pub email_key: String,
    /// A line from the inviter.
    pub message: Option<String>,
    /// Where it stands.
    pub state: InvitationState,
    /// How often it was sent.
    pub sends: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Not valid from then on.
    pub expires_at: Timestamp,
}
