#![doc = include_str!("../README.md")]

mod channel;
mod letter;
mod locale;
mod sentence;
mod words;

pub use channel::{
    Channel, FileChannel, MailSettings, MailTransport, Message, Security, SendError, SettingsError,
    SmtpChannel, SmtpSettings, mailer,
};
pub use letter::{EmailKind, Letter, News, RenderError, Rendered, render};
pub use locale::Locale;
pub use sentence::{referral_sentence, refusal_sentence};
pub use words::{amount_text, amount_words, date_words, parse_amount, reward_words};
