//! Invitations addressed to one e-mail.

use domain::invitations::{self, InvitationState as DomainState};

use crate::prelude::*;

mod create;
mod list;
mod resend;
mod revoke;

words! {
    "Where an invitation stands." InvitationState = [DomainState::Sent, DomainState::Accepted, DomainState::Revoked];
}

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(resend::resend))
        .routes(routes!(revoke::revoke))
}

/// An invitation to one person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invitation {
    /// Its id, `ivt_…`.
    id: String,
    /// The program, `prg_…`.
    program_id: String,
    /// Who invites, `mem_…`.
    inviter_id: String,
    /// The code that the e-mail carries, `cod_…`.
    code_id: String,
    /// The addressee.
    email: String,
    /// A line from the inviter.
    #[schema(required)]
    message: Option<String>,
    /// Where it stands.
    #[schema(value_type = InvitationState)]
    state: DomainState,
    /// How often it was sent.
    sends: u32,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Not valid from then on.
    expires_at: DateTime<Utc>,
}

impl From<invitations::Invitation> for Invitation {
    fn from(invitation: invitations::Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            program_id: invitation.program.to_string(),
            inviter_id: invitation.inviter.to_string(),
            code_id: invitation.code.to_string(),
            email: invitation.email_key,
            message: invitation.message,
            state: invitation.state,
            sends: invitation.sends,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}
