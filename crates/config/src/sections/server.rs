//! `[server]`

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use ipnet::IpNet;
use serde::Serialize;
use url::Url;

use crate::{
    keys::{Keys, Read},
    shown,
};

/// How requests come in.
#[derive(Debug, Clone, Serialize)]
pub struct Server {
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// The address people see: scheme, host and perhaps a path.
    pub public_url: Url,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// A request that takes longer is answered with 503.
    #[serde(serialize_with = "shown::duration")]
    pub request_timeout: Duration,
    /// Largest body of a request, in bytes.
    #[serde(serialize_with = "shown::bytes")]
    pub body_limit: u64,
    /// Largest body of a request that carries a batch, in bytes.
    #[serde(serialize_with = "shown::bytes")]
    pub batch_body_limit: u64,
    /// How long to keep serving after the signal to stop while readiness already says no.
    #[serde(serialize_with = "shown::duration")]
    pub drain_delay: Duration,
    /// How long requests and jobs in flight may take to finish after that.
    #[serde(serialize_with = "shown::duration")]
    pub shutdown_timeout: Duration,
    /// Threads that serve requests; 0 is one for each core.
    pub threads: usize,
}

impl Server {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Read<Self> {
        let bind = keys.parse::<SocketAddr>(
            "server.bind",
            "an address with a port, such as 127.0.0.1:3000",
        );
        let public_url = public_url(keys, bind);
        let trusted_proxies = keys.list(
            "server.trusted_proxies",
            "a network such as 10.0.0.0/8",
            network,
        );
        let request_timeout = keys.duration("server.request_timeout", Duration::from_millis(1));
        let body_limit = keys.bytes("server.body_limit", 1024);
        let batch_body_limit = keys.bytes("server.batch_body_limit", 1024);
        let drain_delay = keys.duration("server.drain_delay", Duration::ZERO);
        let shutdown_timeout = keys.duration("server.shutdown_timeout", Duration::ZERO);
        let threads = keys.number("server.threads", 0..=1024);
        Ok(Self {
            bind: bind?,
            public_url: public_url?,
            trusted_proxies: trusted_proxies?,
            request_timeout: request_timeout?,
            body_limit: body_limit?,
            batch_body_limit: batch_body_limit?,
            drain_delay: drain_delay?,
            shutdown_timeout: shutdown_timeout?,
            threads: threads?,
        })
    }
}

fn public_url(keys: &mut Keys<'_>, bind: Read<SocketAddr>) -> Read<Url> {
    let key = "server.public_url";
    let text = keys.text(key)?;
    let text = if text.is_empty() {
        derived_url(bind?)
    } else {
        text
    };
    match Url::parse(&text) {
        Ok(url)
            if ["http", "https"].contains(&url.scheme())
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Ok(url)
        }
        _ => keys.refuse(
            key,
            format!("\"{text}\" is not an address such as https://invite.example.com"),
        ),
    }
}

/// Nobody can open `http://0.0.0.0`: a server that listens everywhere is shown as the local one.
fn derived_url(bind: SocketAddr) -> String {
    if bind.ip().is_unspecified() {
        format!("http://localhost:{}", bind.port())
    } else {
        format!("http://{bind}")
    }
}

fn network(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
