//! The least that an HTTP server can do: a redirect and a JSON answer from memory, on one thread. The addresses are those
//! of the product, so that the load is the same to the byte.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use axum::{
    Json, Router,
    http::{StatusCode, header::LOCATION},
    routing::get,
};
use serde_json::json;
use tokio::net::TcpListener;

/// Serves on a port of this machine until it is killed.
pub(crate) async fn run(port: u16) -> Result<()> {
    let redirect = || async {
        (
            StatusCode::FOUND,
            [(LOCATION, "https://shop.example.com/welcome")],
        )
    };
    let document = || async { Json(json!({ "code": "ABCDEFGH", "valid": true, "problem": null })) };
    let router = Router::new()
        .route("/i/{code}", get(redirect))
        .route("/api/v1/codes/{code}/validate", get(document));
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    Ok(axum::serve(listener, router).await?)
}
