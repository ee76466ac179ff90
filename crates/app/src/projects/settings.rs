//! Whether a project's settings can work.

use std::collections::HashSet;

use domain::projects::{ProjectSettings, TokenAlgorithm, TokenKey};
use jsonwebtoken::DecodingKey;

use crate::findings::Findings;

/// The most entries of one list.
const MOST: usize = 100;
/// The shortest shared secret, in bytes: as long as the hash.
const SHORTEST_SECRET: usize = 32;

/// Puts back the shared secrets that were left empty, because people are not shown them.
pub(super) fn keep_secrets(new: &mut ProjectSettings, old: &ProjectSettings) {
    for key in &mut new.member_tokens {
        if key.algorithm == TokenAlgorithm::HS256 && key.key.is_empty() {
            let before = old
                .member_tokens
                .iter()
                .find(|old| old.algorithm == key.algorithm && old.kid == key.kid);
            if let Some(before) = before {
                key.key.clone_from(&before.key);
            }
        }
    }
}

/// Everything that is wrong with settings.
pub(super) fn check(settings: &ProjectSettings, findings: &mut Findings) {
    findings.expect(
        settings.member_tokens.len() <= MOST,
        "settings.member_tokens",
        "too_many",
        &format!("Use at most {MOST}."),
    );
    let mut kids = HashSet::new();
    for (index, key) in settings.member_tokens.iter().enumerate() {
        let at = format!("settings.member_tokens[{index}]");
        if let Some(kid) = &key.kid {
            findings.expect_line(kid, &format!("{at}.kid"), 191);
        }
        // Public keys may do without a name; a secret that is not shown is known by it.
        let named = key.kid.is_some() || key.algorithm == TokenAlgorithm::HS256;
        let new = kids.insert((key.kid.as_deref(), name(key.algorithm)));
        findings.expect(
            new || !named,
            &format!("{at}.kid"),
            "duplicate",
            "Another key has the same name and algorithm.",
        );
        if let Err(message) = usable(key) {
            findings.expect(false, &format!("{at}.key"), "invalid", message);
        }
    }
}

fn name(algorithm: TokenAlgorithm) -> &'static str {
    match algorithm {
        TokenAlgorithm::EdDSA => "EdDSA",
        TokenAlgorithm::ES256 => "ES256",
        TokenAlgorithm::HS256 => "HS256",
    }
}

/// Whether a key can verify tokens of its algorithm; else what to do about it.
fn usable(key: &TokenKey) -> Result<(), &'static str> {
    let is = |public: jsonwebtoken::errors::Result<DecodingKey>, length: usize| {
        public.is_ok_and(|key| {
            key.try_get_as_bytes()
                .is_ok_and(|bytes| bytes.len() == length)
        })
    };
    let pem = key.key.as_bytes();
    match key.algorithm {
        TokenAlgorithm::EdDSA if is(DecodingKey::from_ed_pem(pem), 32) => Ok(()),
        TokenAlgorithm::EdDSA => Err("Use the PEM of an Ed25519 public key."),
        TokenAlgorithm::ES256 if is(DecodingKey::from_ec_pem(pem), 65) => Ok(()),
        TokenAlgorithm::ES256 => Err("Use the PEM of an uncompressed P-256 public key."),
        TokenAlgorithm::HS256 if key.key.contains("-----BEGIN") => {
            Err("This is a PEM: choose the algorithm that it is made for.")
        }
        TokenAlgorithm::HS256 if pem.len() < SHORTEST_SECRET => {
            Err("Use a secret of 32 bytes or more.")
        }
        TokenAlgorithm::HS256 => Ok(()),
    }
}
