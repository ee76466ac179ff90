//! What the signals look at.

use kernel::MemberId;

/// One side of a sign-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// Their e-mail as compared: see [`crate::members::email_key`].
    pub email_key: Option<String>,
    /// Keyed hash of their device; none in privacy mode.
    pub device_hash: Option<[u8; 16]>,
}

/// What is known at a sign-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Who invited; none where the code is the program's own.
    pub inviter: Option<Person>,
    /// Who signs up.
    pub invitee: Person,
    /// Sign-ups in the project from the invitee's address in the last hour, this one included; zero where unknown.
    pub sign_ups_from_address_last_hour: u32,
    /// Other members of the project on the invitee's device; zero where unknown.
    pub members_on_device: u32,
}
