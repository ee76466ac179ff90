//! How e-mail goes out, from the configuration.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use config::{Mail, MailTransport};
use kernel::{Clock, ExposeSecret, SecretString};
use notify::{Channel, MailSettings, Security, SmtpSettings};
use percent_encoding::percent_decode_str;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECTIONS: u32 = 4;

/// The channel that the configuration names.
pub(crate) fn mailer(mail: &Mail, clock: Arc<dyn Clock>) -> Result<Arc<dyn Channel>> {
    let transport = match &mail.transport {
        MailTransport::File(folder) => notify::MailTransport::File(folder.clone()),
        MailTransport::Smtp(url) => notify::MailTransport::Smtp(server(url)?),
    };
    let settings = MailSettings {
        from: mail.from.clone(),
        reply_to: None,
        transport,
    };
    notify::mailer(settings, clock).context("e-mail cannot be set up")
}

/// The mail server that an address stands for: `smtps://` for TLS at once, `smtp://…?tls=required` for STARTTLS.
pub(crate) fn server(url: &SecretString) -> Result<SmtpSettings> {
    let url = Url::parse(url.expose_secret()).context("mail.smtp_url is not an address")?;
    let must_start = url
        .query_pairs()
        .any(|(name, value)| name == "tls" && value == "required");
    let (security, port) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        _ if must_start => (Security::StartTls, 587),
        _ => (Security::None, 25),
    };
    let login = url
        .password()
        .map(|password| (decoded(url.username()), decoded(password).into()));
    Ok(SmtpSettings {
        host: url
            .host_str()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned(),
        port: url.port().unwrap_or(port),
        security,
        login,
        timeout: TIMEOUT,
        connections: CONNECTIONS,
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
