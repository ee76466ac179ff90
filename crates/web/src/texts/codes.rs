//! Invite codes.

texts! {
    Codes:
}
