//! Requests to addresses that somebody else wrote down: webhooks.
//!
//! Whoever may write down an address could make Inviter ask the metadata service of the cloud, or the database beside it.
//! So names are resolved by a resolver that drops every address that is not public, and addresses written as numbers,
//! which no resolver sees, are looked at before the request. The check is on what is connected to, not on a look-up that
//! the next look-up may contradict. Redirects are not followed and proxies of the environment not used.

use std::{
    error::Error,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, LazyLock},
    time::Duration,
};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::{
    Client, ClientBuilder, Method, RequestBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    header::HeaderMap,
    redirect::Policy,
};
use url::{Host, Url};

use crate::traces;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client for addresses that are not trusted.
#[derive(Debug, Clone)]
pub struct HttpClient {
    client: Client,
    allow_private: bool,
}

/// The address is not one that requests may go to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// Neither `http` nor `https`, or without a host.
    #[error("not an http or https address")]
    NoWeb,
    /// Private, loopback, link-local, or otherwise not of the public Internet.
    #[error("{0} is not a public address")]
    NotPublic(IpAddr),
}

/// Every client begins here: with the one implementation of TLS that the database and the mail also use.
pub fn client_builder() -> ClientBuilder {
    // An error says that somebody was here before.
    drop(rustls::crypto::ring::default_provider().install_default());
    ClientBuilder::new()
}

/// A client that gives a request `timeout` in all, and connects to public addresses only unless `allow_private`.
///
/// # Errors
/// When TLS cannot be set up: the system's certificates are missing or broken.
pub fn http_client(timeout: Duration, allow_private: bool) -> reqwest::Result<HttpClient> {
    let builder = client_builder()
        .user_agent(concat!("Inviter/", env!("CARGO_PKG_VERSION")))
        .timeout(timeout)
        .connect_timeout(timeout.min(CONNECT_TIMEOUT))
        .redirect(Policy::none())
        .no_proxy();
    let builder = if allow_private {
        builder
    } else {
        builder.dns_resolver(Arc::new(PublicOnly))
    };
    Ok(HttpClient {
        client: builder.build()?,
        allow_private,
    })
}

impl HttpClient {
    /// A request to `url`, which names the trace that it is part of.
    ///
    /// # Errors
    /// Where the address can be seen to be none that requests may go to. A name is looked at when it is resolved: sending
    /// fails then, with [`AddressRefused`] among the sources of the error.
    pub fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, AddressRefused> {
        let host = url
            .host()
            .filter(|_| ["http", "https"].contains(&url.scheme()))
            .ok_or(AddressRefused::NoWeb)?;
        let literal = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        match literal {
            Some(address) if !self.allow_private && !is_public(address) => {
                Err(AddressRefused::NotPublic(address))
            }
            _ => {
                let mut trace = HeaderMap::new();
                traces::follow(&mut trace);
                Ok(self.client.request(method, url.clone()).headers(trace))
            }
        }
    }
}

/// Why a request had no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The name leads to an address that requests may not go to.
    NotPublic,
    /// Nothing listens there.
    Refused,
    /// No connection came about.
    Unreachable,
    /// No secure connection came about.
    Tls,
    /// The connection broke.
    Broken,
    /// It took too long.
    TimedOut,
}

impl From<&reqwest::Error> for NoAnswer {
    fn from(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if error.is::<AddressRefused>() {
                return Self::NotPublic;
            }
            if error.is::<rustls::Error>() {
                return Self::Tls;
            }
            cause = match error.downcast_ref::<io::Error>() {
                Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    return Self::Refused;
                }
                // What an I/O error was made of is not among its sources.
                Some(error) => error.get_ref().map(|inner| inner as &(dyn Error + 'static)),
                None => error.source(),
            };
        }
        if error.is_connect() {
            Self::Unreachable
        } else {
            Self::Broken
        }
    }
}

struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<_> = found
                .iter()
                .copied()
                .filter(|address| is_public(address.ip()))
                .collect();
            match (public.is_empty(), found.first()) {
                (false, _) => Ok(Box::new(public.into_iter()) as Addrs),
                (true, Some(address)) => Err(AddressRefused::NotPublic(address.ip()).into()),
                (true, None) => Err(io::Error::from(io::ErrorKind::NotFound).into()),
            }
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address)
                && !SPECIAL_V6.iter().any(|network| network.contains(&address))
        }
    }
}

/// The registry of special-purpose IPv4 addresses (RFC 6890), and multicast.
static SPECIAL_V4: LazyLock<[Ipv4Net; 14]> = LazyLock::new(|| {
    [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
    ]
    .map(|(address, prefix)| Ipv4Net::new_assert(Ipv4Addr::from(address), prefix))
});

/// All that is routed on the Internet. Loopback, link-local, unique local, multicast and NAT64 lie outside.
static GLOBAL_V6: LazyLock<Ipv6Net> = LazyLock::new(|| v6(0x2000, 0, 3));

/// What lies inside and leads elsewhere: Teredo and its like, documentation, 6to4.
static SPECIAL_V6: LazyLock<[Ipv6Net; 4]> = LazyLock::new(|| {
    [
        v6(0x2001, 0, 23),
        v6(0x2001, 0xdb8, 32),
        v6(0x2002, 0, 16),
        v6(0x3fff, 0, 20),
    ]
});

fn v6(first: u16, second: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), prefix)
}
