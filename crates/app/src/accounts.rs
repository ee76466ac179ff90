//! Accounts: the first owner, signing in and out, passwords, sessions, and the links that let somebody in once.
//!
//! Of every secret given out here only the hash is stored: of passwords by argon2id, of tokens and links, which are
//! random, by SHA-256. What is done in the console is in the audit trail; of members only their sessions are kept.

use std::{fmt, sync::Arc, time::Duration};

use domain::people::{ADDRESS, AGENT, Session};
use kernel::{Actor, Ctx, OperatorId};
use tokio::sync::Semaphore;

use crate::{App, SecretText};

mod hashing;
mod invite;
mod links;
mod mail;
mod members;
mod passwords;
mod sessions;
mod set_up;
mod sign_in;
mod tries;

pub use invite::{invite_operator, issue_password_link};
pub use links::check_link;
pub(crate) use mail::{LinkMail, written};
pub use members::{enter_with_link, enter_with_token, request_member_link};
pub use passwords::{change_password, request_password_reset, reset_password};
pub(crate) use sessions::end_all;
pub use sessions::{
    end_sessions, list_sessions, revoke_other_sessions, revoke_session, session_member,
    session_operator, sign_out,
};
pub use set_up::{NewOwner, issue_setup_link, set_up_owner, setup_open};
pub use sign_in::sign_in;
use tries::Tries;

/// What somebody signs in with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// What the browser calls itself.
    pub agent: String,
    /// The address that the request came from.
    pub address: String,
}

impl Device {
    /// What is kept of it: in privacy mode no address.
    fn kept(self, app: &App) -> Self {
        let address = if app.settings().privacy {
            String::new()
        } else {
            self.address
        };
        Self {
            agent: line(&self.agent, AGENT),
            address: line(&address, ADDRESS),
        }
    }
}

/// Text on one line of at most so many characters.
fn line(text: &str, most: usize) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(most)
        .collect()
}

/// Somebody is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What opens the session: for the cookie, and nowhere else. Never one that was there before.
    pub token: SecretText,
    /// The session.
    pub session: Session,
    /// For how long the cookie is worth being kept.
    pub max_age: Duration,
}

/// What holds back whoever tries too often, in this process.
pub(crate) struct Guard {
    /// Passwords tried, by e-mail.
    passwords: Tries,
    /// Links asked for, by e-mail.
    links: Tries,
    /// A hash takes 19 MiB: a flood of them must not take all there is.
    hashing: Arc<Semaphore>,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            passwords: Tries::new(10),
            links: Tries::new(5),
            hashing: Arc::new(Semaphore::new(2)),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

/// The circumstances of an operator who has just proved who they are.
fn acting(ctx: &Ctx, operator: OperatorId) -> Ctx {
    ctx.acting_as(Actor::Operator(operator))
}
