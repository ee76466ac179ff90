//! What others see, and what Inviter has to reach.

use std::{
    net::{TcpStream, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};

use config::{Config, MailTransport, Server};
use kernel::{SecretString, SystemClock};
use url::{Host, Url};

use super::Finding;
use crate::installation::{mail_server, mailer};

const TIMEOUT: Duration = Duration::from_secs(3);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mut findings = vec![public_url(&config.server)];
    findings.extend(proxies(&config.server));
    findings.push(mail(config));
    findings
}

fn public_url(server: &Server) -> Finding {
    let url = &server.public_url;
    let remedy = "set `server.public_url` to the address that people open, with https";
    if is_local(url) && !server.bind.ip().is_loopback() {
        let what = format!("links lead to {url}, which others cannot open");
        return Finding::warning("public_url", what, remedy);
    }
    if url.scheme() == "http" && !is_local(url) {
        return Finding::warning("public_url", format_args!("{url} is not encrypted"), remedy);
    }
    Finding::good("public_url", url.as_str())
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    }
}

/// Inviter speaks no TLS: where the address has https, something stands in front.
fn proxies(server: &Server) -> Option<Finding> {
    let behind = server.public_url.scheme() == "https" && server.trusted_proxies.is_empty();
    behind.then(|| {
        let what = "behind a proxy that is not trusted every visitor has the proxy's address";
        Finding::warning("proxies", what, "set `server.trusted_proxies`")
    })
}

fn mail(config: &Config) -> Finding {
    match &config.mail.transport {
        MailTransport::File(folder) => Finding::warning(
            "mail",
            format_args!("messages are written to {}, not sent", folder.display()),
            "set `mail.smtp_url`",
        ),
        MailTransport::Smtp(url) => match connect(config, url) {
            Ok(server) => Finding::good("mail", format!("{server} can be reached")),
            Err(error) => {
                let remedy = "check `mail.smtp_url`, and that the server is reachable from here";
                Finding::error("mail", format_args!("{error:#}"), remedy)
            }
        },
    }
}

fn connect(config: &Config, url: &SecretString) -> anyhow::Result<String> {
    mailer(&config.mail, Arc::new(SystemClock))?;
    let server = mail_server(url)?;
    let name = format!("{}:{}", server.host, server.port);
    let mut refused = anyhow::anyhow!("{name} has no address");
    for address in (server.host.as_str(), server.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, TIMEOUT) {
            Ok(_) => return Ok(name),
            Err(error) => {
                refused = anyhow::Error::new(error).context(format!("no connection to {name}"));
            }
        }
    }
    Err(refused)
}
