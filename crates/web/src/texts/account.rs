//! Set-up, sign-in, sessions, passwords.

texts! {
    Account:
}
