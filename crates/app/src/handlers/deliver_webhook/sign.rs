//! Signatures of Standard Webhooks.

use data_encoding::BASE64;
use domain::webhooks::Endpoint;
use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use sha2::Sha256;

/// What stands before the base64 of a secret.
const PREFIX: &str = "whsec_";

/// `v1,…` for each secret that signs at `now`, the present one first.
pub(super) fn signatures(endpoint: &Endpoint, id: &str, now: Timestamp, body: &str) -> String {
    let previous = endpoint.previous_secret.as_deref();
    let previous = previous.filter(|_| endpoint.previous_until.is_some_and(|until| now < until));
    let secrets = std::iter::once(endpoint.secret.as_str()).chain(previous);
    let all: Vec<String> = secrets
        .map(|secret| signature(secret, id, now, body))
        .collect();
    all.join(" ")
}

fn signature(secret: &str, id: &str, now: Timestamp, body: &str) -> String {
    let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
    // A secret that is no base64 signs as it is: better than not at all.
    let key = BASE64
        .decode(encoded.as_bytes())
        .unwrap_or_else(|_| encoded.as_bytes().to_vec());
    let tag = Hmac::<Sha256>::new_from_slice(&key)
        .expect("HMAC takes keys of any length")
        .chain_update(format!("{id}.{}.", now.timestamp()))
        .chain_update(body)
        .finalize()
        .into_bytes();
    format!("v1,{}", BASE64.encode(&tag))
}
