use std::net::{IpAddr, SocketAddr};

use axum::{
    Router,
    extract::{FromRef, connect_info::MockConnectInfo},
    routing::get as on_get,
};
use http::HeaderMap;
use inviter_http_kit::{ClientAddress, TrustedProxies, client_address};

use crate::{get, problem, send, text};

fn proxies() -> TrustedProxies {
    TrustedProxies::new(
        ["10.0.0.0/8", "::1/128"].map(|network| network.parse().expect("a network")),
    )
}

fn seen(peer: &str, forwarded: &[&str]) -> String {
    let mut headers = HeaderMap::new();
    for line in forwarded {
        headers.append("x-forwarded-for", line.parse().expect("a header value"));
    }
    client_address(
        peer.parse::<IpAddr>().expect("an address"),
        &headers,
        &proxies(),
    )
    .to_string()
}

#[test]
fn the_right_most_untrusted_hop_is_the_client() {
    for (peer, forwarded, client) in [
        ("203.0.113.9", &[][..], "203.0.113.9"),
        ("203.0.113.9", &["1.2.3.4"], "203.0.113.9"),
        ("10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", &["1.2.3.4, 198.51.100.7"], "198.51.100.7"),
        (
            "10.0.0.1",
            &["1.2.3.4, 198.51.100.7, 10.0.0.2"],
            "198.51.100.7",
        ),
        (
            "10.0.0.1",
            &["1.2.3.4", "198.51.100.7", "10.0.0.2"],
            "198.51.100.7",
        ),
        ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", &["198.51.100.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", &["198.51.100.7, garbage, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", &["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7"),
        ("::1", &["2001:db8::7"], "2001:db8::7"),
        ("::ffff:10.0.0.1", &["::ffff:198.51.100.7"], "198.51.100.7"),
    ] {
        assert_eq!(seen(peer, forwarded), client, "{peer} {forwarded:?}");
    }
}

#[derive(Clone)]
struct Rooms(TrustedProxies);

impl FromRef<Rooms> for TrustedProxies {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.0.clone()
    }
}

fn router() -> Router {
    let handler = |ClientAddress(address): ClientAddress| async move { address.to_string() };
    Router::new()
        .route("/", on_get(handler))
        .with_state(Rooms(proxies()))
}

#[tokio::test]
async fn a_handler_gets_the_address() {
    let router = router().layer(MockConnectInfo(SocketAddr::from(([10, 0, 0, 1], 80))));
    let mut request = get("/");
    request.headers_mut().insert(
        "x-forwarded-for",
        "198.51.100.7".parse().expect("a header value"),
    );
    assert_eq!(text(send(&router, request).await).await, "198.51.100.7");
}

#[tokio::test]
async fn a_server_that_does_not_know_its_peers_says_so() {
    assert_eq!(
        problem(send(&router(), get("/")).await, 500).await.code,
        "internal"
    );
}
