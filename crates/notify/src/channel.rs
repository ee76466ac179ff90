//! Channels: what carries a message to a person.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use kernel::{Clock, SecretString};

use crate::Rendered;

mod compose;
mod file;
mod smtp;

use compose::Composer;
pub use file::FileChannel;
pub use smtp::SmtpChannel;

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Names the message; the same whenever it is repeated. Letters, digits, `_`, `-` and `.`.
    pub id: String,
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Further headers, by name.
    pub headers: Vec<(String, String)>,
}

impl Message {
    /// A rendered letter to an address.
    pub fn new(id: impl Into<String>, to: impl Into<String>, letter: Rendered) -> Self {
        let Rendered {
            subject,
            text,
            html,
        } = letter;
        Self {
            id: id.into(),
            to: to.into(),
            subject,
            text,
            html,
            headers: Vec::new(),
        }
    }
}

/// Why a message did not go out. The text is for the log; it may quote the other side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct SendError {
    /// Whether the same message may go out at another try.
    pub retryable: bool,
    /// What happened.
    pub detail: String,
}

impl SendError {
    fn passing(cause: &impl fmt::Display) -> Self {
        Self {
            retryable: true,
            detail: cause.to_string(),
        }
    }

    fn lasting(cause: &impl fmt::Display) -> Self {
        Self {
            retryable: false,
            detail: cause.to_string(),
        }
    }
}

/// Carries messages to people.
#[async_trait]
pub trait Channel: Send + Sync + fmt::Debug {
    /// Hands `message` over. `Ok`: the other side took it. The same message may arrive twice after an error.
    async fn send(&self, message: &Message) -> Result<(), SendError>;
}

/// How e-mail goes out.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The sender: `Inviter <invite@example.com>` or the address alone.
    pub from: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// By which way.
    pub transport: MailTransport,
}

/// The ways that e-mail can take.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// One `.eml` file per message in this folder, which is made where it is missing.
    File(PathBuf),
    /// A mail server.
    Smtp(SmtpSettings),
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// User name and password, where it asks for them.
    pub login: Option<(String, SecretString)>,
    /// How long to wait for any one answer.
    pub timeout: Duration,
    /// Connections kept at most.
    pub connections: u32,
}

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// TLS after `STARTTLS`, usually on port 587; without it nothing is sent.
    StartTls,
    /// None: for a server on this machine or a trusted network.
    None,
}

/// The settings cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Sender or reply address is none.
    #[error("`{0}` is no e-mail address: {1}")]
    Address(String, lettre::address::AddressError),
    /// The folder cannot be made.
    #[error("the mail folder `{0}` cannot be made: {1}")]
    Folder(PathBuf, std::io::Error),
    /// The server's name cannot be used for TLS.
    #[error("no secure connection can be made to the mail server `{0}`: {1}")]
    Server(String, lettre::transport::smtp::Error),
}

/// The channel that the settings name. Connects only when there is something to send.
///
/// Call it, and drop what it returns, inside the runtime: the pool of connections has a task that closes idle ones.
pub fn mailer(
    settings: MailSettings,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Channel>, SettingsError> {
    let composer = Composer::new(&settings.from, settings.reply_to.as_deref(), clock)?;
    Ok(match settings.transport {
        MailTransport::File(folder) => Arc::new(FileChannel::new(composer, folder)?),
        MailTransport::Smtp(server) => Arc::new(SmtpChannel::new(composer, server)?),
    })
}
