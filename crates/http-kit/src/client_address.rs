//! Who is at the other end: the peer, or what trusted proxies say about it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use http::{HeaderMap, request::Parts};
use ipnet::IpNet;

use crate::problem::{ProblemResponse, internal};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Believes these networks.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().collect())
    }

    fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The address of the client. IPv4 addresses written as IPv6 are turned back.
///
/// As an extractor it needs a state that holds [`TrustedProxies`], and a server with `ConnectInfo<SocketAddr>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The right-most address of the chain that is no trusted proxy.
///
/// What stands left of it was written by the client and proves nothing; so does everything when the peer is not trusted.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer.to_canonical();
    let hops = headers.get_all(FORWARDED_FOR).into_iter().rev();
    let hops = hops.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops {
        if !proxies.contain(client) {
            break;
        }
        let Some(address) = address(hop.trim()) else {
            break;
        };
        client = address.to_canonical();
    }
    client
}

/// Some proxies add the port.
fn address(text: &str) -> Option<IpAddr> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

impl<S> FromRequestParts<S> for ClientAddress
where
    S: Send + Sync,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        let peer = ConnectInfo::<SocketAddr>::from_request_parts(parts, state).await;
        let ConnectInfo(peer) =
            peer.map_err(|_| internal("the server was started without `ConnectInfo`"))?;
        Ok(Self(client_address(
            peer.ip(),
            &parts.headers,
            &TrustedProxies::from_ref(state),
        )))
    }
}
