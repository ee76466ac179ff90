//! Mail through a server.

use async_trait::async_trait;
use kernel::ExposeSecret;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{Error, PoolConfig, authentication::Credentials, extension::ClientId},
};

use super::{Channel, Composer, Message, Security, SendError, SettingsError, SmtpSettings};

/// Hands mail to an SMTP server over a pool of connections.
#[derive(Debug)]
pub struct SmtpChannel {
    composer: Composer,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpChannel {
    pub(super) fn new(composer: Composer, server: SmtpSettings) -> Result<Self, SettingsError> {
        let SmtpSettings {
            host,
            port,
            security,
            login,
            timeout,
            connections,
        } = server;
        let builder = match security {
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&host),
            Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&host),
            Security::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(
                &host,
            )),
        };
        let mut builder = builder
            .map_err(|error| SettingsError::Server(host, error))?
            .port(port)
            .timeout(Some(timeout))
            .hello_name(ClientId::Domain(composer.domain().to_owned()))
            .pool_config(PoolConfig::new().max_size(connections));
        if let Some((user, password)) = login {
            builder =
                builder.credentials(Credentials::new(user, password.expose_secret().to_owned()));
        }
        Ok(Self {
            composer,
            transport: builder.build(),
        })
    }
}

#[async_trait]
impl Channel for SmtpChannel {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mail = self.composer.compose(message)?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) if is_lasting(&error) => Err(SendError::lasting(&error)),
            Err(error) => Err(SendError::passing(&error)),
        }
    }
}

/// Whether the server will never take this message. A refused login says nothing about the message: the operator
/// mends the settings and the next try goes through.
fn is_lasting(error: &Error) -> bool {
    let login_refused = error
        .status()
        .is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
    error.is_permanent() && !login_refused
}
