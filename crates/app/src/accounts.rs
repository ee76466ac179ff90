//! Accounts: the first owner, signing in and out, passwords, sessions, and the links that let somebody in once.

use std::{sync::Arc, time::Duration};

use domain::{
    members::Member,
    people::{LinkPurpose, Operator, Session},
    projects::Mode,
};
use kernel::{Ctx, OperatorId, ProblemCode, SessionId};
use url::Url;

use crate::{App, AppResult, SecretText};

/// What somebody signs in with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// What the browser calls itself.
    pub agent: String,
    /// The address that the request came from. In privacy mode it is not kept.
    pub address: String,
}

/// Somebody is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What opens the session: for the cookie, and nowhere else.
    pub token: SecretText,
    /// The session.
    pub session: Session,
    /// For how long the cookie is worth being kept.
    pub max_age: Duration,
}

/// The first owner.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// E-mail.
    pub email: String,
    /// Name for people.
    pub name: String,
    /// Password, 12 to 128 characters.
    pub password: SecretText,
}

macro_rules! stubs {
    ($($name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {$(
        /// In the making.
        #[expect(clippy::unused_async, reason = "in the making")]
        pub async fn $name(app: &App, ctx: &Ctx, $($arg: $type),*) -> AppResult<$answer> {
            let _ = (app, ctx, $($arg),*);
            Err(ProblemCode::Unavailable.into())
        }
    )*};
}

stubs! {
    setup_open() -> bool;
    issue_setup_link() -> Option<Url>;
    set_up_owner(token: &str, new: NewOwner, device: Device) -> SignedIn;
    sign_in(email: &str, password: &str, device: Device) -> SignedIn;
    session_operator(token: &str) -> Option<(Session, Arc<Operator>)>;
    session_member(token: &str) -> Option<(Session, Member)>;
    sign_out(token: &str) -> ();
    list_sessions() -> Vec<Session>;
    revoke_session(id: SessionId) -> ();
    revoke_other_sessions(keep: SessionId) -> ();
    end_sessions(operator: OperatorId) -> ();
    request_password_reset(email: &str, locale: &str) -> ();
    reset_password(token: &str, new: &str, device: Device) -> SignedIn;
    change_password(current: &str, new: &str, keep: SessionId) -> ();
    invite_operator(operator: OperatorId, locale: &str) -> ();
    issue_password_link(operator: OperatorId) -> Url;
    check_link(purpose: LinkPurpose, token: &str) -> bool;
    request_member_link(slug: &str, mode: Mode, program: Option<&str>, email: &str, locale: &str) -> ();
    enter_with_link(token: &str, device: Device) -> SignedIn;
    enter_with_token(slug: &str, mode: Mode, jwt: &str, device: Device) -> SignedIn;
}
