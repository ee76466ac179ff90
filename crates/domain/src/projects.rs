//! Projects: the tenants.

use kernel::{ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// Live data or test data. The two are separate tenants that share a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Real members and rewards.
    Live,
    /// Rehearsal: same rules, other data.
    Test,
}

/// A tenant: one application in one mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Its id; every row of the tenant carries it.
    pub id: ProjectId,
    /// Short name in URLs, the same in both modes.
    pub slug: String,
    /// Live or test.
    pub mode: Mode,
    /// Name for people.
    pub name: String,
    /// What can be configured.
    pub settings: ProjectSettings,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What an operator sets for a project.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProjectSettings {
    /// How member tokens of the host application are verified; none: members come in by magic link only.
    pub member_tokens: Vec<TokenKey>,
}

/// One key that verifies the JWTs with which the host application vouches for its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenKey {
    /// The `kid` of the token header; tokens without one are tried against every key.
    pub kid: Option<String>,
    /// The algorithm; the token's header has to name the same.
    pub algorithm: TokenAlgorithm,
    /// PEM of the public key, or the shared secret for HS256.
    pub key: String,
}

/// Accepted signature algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenAlgorithm {
    /// Ed25519.
    EdDSA,
    /// ECDSA on P-256.
    ES256,
    /// HMAC with SHA-256 and a shared secret of at least 32 bytes.
    HS256,
}

/// Whether a text can name a project, program, pool or rule in a URL: 2 to 48 lower-case letters, digits and inner dashes.
pub fn valid_slug(text: &str) -> bool {
    (2..=48).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
