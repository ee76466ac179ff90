//! From a message to the mail that goes over the wire.

use std::{sync::Arc, time::SystemTime};

use kernel::Clock;
use lettre::message::{
    Mailbox, MultiPart,
    header::{HeaderName, HeaderValue},
};

use super::{Message, SendError, SettingsError};

/// Writes mails in the sender's name.
#[derive(Debug)]
pub(crate) struct Composer {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    clock: Arc<dyn Clock>,
}

impl Composer {
    pub(super) fn new(
        from: &str,
        reply_to: Option<&str>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        let mailbox = |text: &str| {
            text.parse::<Mailbox>()
                .map_err(|error| SettingsError::Address(text.to_owned(), error))
        };
        Ok(Self {
            from: mailbox(from)?,
            reply_to: reply_to.map(mailbox).transpose()?,
            clock,
        })
    }

    /// The sender's domain.
    pub(super) fn domain(&self) -> &str {
        self.from.email.domain()
    }

    /// The mail. A message that cannot be one is refused for good: nothing in it may become a header of its own.
    pub(super) fn compose(&self, message: &Message) -> Result<lettre::Message, SendError> {
        let refuse = |what: &str| SendError::lasting(&format!("the message has no usable {what}"));
        if !is_token(&message.id, "_-.") || message.id.starts_with('.') {
            return Err(refuse("id"));
        }
        if message.subject.contains(char::is_control) {
            return Err(refuse("subject"));
        }
        let to = message.to.parse().map_err(|_| refuse("address"))?;
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.subject.as_str())
            .date(SystemTime::from(self.clock.now()))
            .message_id(Some(format!("<{}@{}>", message.id, self.domain())))
            .raw_header(
                header("Auto-Submitted", "auto-generated").ok_or_else(|| refuse("header"))?,
            );
        if let Some(reply_to) = &self.reply_to {
            mail = mail.reply_to(reply_to.clone());
        }
        for (name, value) in &message.headers {
            mail = mail.raw_header(header(name, value).ok_or_else(|| refuse("header"))?);
        }
        let body = MultiPart::alternative_plain_html(message.text.clone(), message.html.clone());
        mail.multipart(body)
            .map_err(|error| SendError::lasting(&error))
    }
}

fn header(name: &str, value: &str) -> Option<HeaderValue> {
    if !is_token(name, "-") || value.contains(char::is_control) {
        return None;
    }
    let name = HeaderName::new_from_ascii(name.to_owned()).ok()?;
    Some(HeaderValue::new(name, value.to_owned()))
}

fn is_token(text: &str, punctuation: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
}
