//! `[mail]`

use std::path::{Path, PathBuf};

use kernel::{ExposeSecret, SecretString};
use serde::Serialize;
use url::Url;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// E-mail.
#[derive(Debug, Clone, Serialize)]
pub struct Mail {
    /// Sender of every message: `Name <address>` or an address.
    pub from: String,
    /// How messages leave.
    #[serde(flatten)]
    pub transport: MailTransport,
}

/// How messages leave.
#[derive(Debug, Clone, Serialize)]
pub enum MailTransport {
    /// By this server: `smtp://…` or `smtps://…` with the credentials in it.
    #[serde(rename = "smtp_url", serialize_with = "shown::secret")]
    Smtp(SecretString),
    /// As files in this directory.
    #[serde(rename = "file_dir")]
    File(PathBuf),
}

impl Mail {
    pub(crate) fn read(keys: &mut Keys<'_>, data_dir: &Path) -> Read<Self> {
        let from = from(keys);
        let directory = keys.path("mail.file_dir", || data_dir.join("mail"));
        let transport = match keys.secret("mail.smtp_url") {
            Ok(Some(url)) => smtp(keys, url),
            Ok(None) => directory.map(MailTransport::File),
            Err(refused) => Err(refused),
        };
        Ok(Self {
            from: from?,
            transport: transport?,
        })
    }
}

fn from(keys: &mut Keys<'_>) -> Read<String> {
    let text = keys.text("mail.from")?;
    if text.contains('@') {
        Ok(text)
    } else {
        keys.refuse(
            "mail.from",
            format!("\"{text}\" is not a sender such as Inviter <invite@example.com>"),
        )
    }
}

fn smtp(keys: &mut Keys<'_>, url: SecretString) -> Read<MailTransport> {
    match Url::parse(url.expose_secret()) {
        Ok(parsed) if ["smtp", "smtps"].contains(&parsed.scheme()) && parsed.has_host() => {
            Ok(MailTransport::Smtp(url))
        }
        _ => keys.refuse(
            "mail.smtp_url",
            "is not an address such as smtps://USER:PASSWORD@HOST:465",
        ),
    }
}
