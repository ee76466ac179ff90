//! What a host application's token says, once it is certain that the host application says it.

use chrono::{DateTime, TimeDelta};
use domain::projects::{ProjectSettings, TokenAlgorithm, TokenKey};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use kernel::{Problem, ProblemCode, Timestamp};
use serde::Deserialize;

/// The longest time that a token is valid from now on.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// Clocks of two machines may differ by so much.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// The longest token, in bytes.
const MOST_BYTES: usize = 8 * 1024;

/// What a token says of a member.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Claims {
    /// The host application's id of the member.
    pub(super) sub: String,
    /// Their e-mail.
    #[serde(default)]
    pub(super) email: Option<String>,
    /// Their name.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// Their language.
    #[serde(default)]
    pub(super) locale: Option<String>,
    /// Names the token: it opens the door once.
    #[serde(default)]
    pub(super) jti: Option<String>,
    /// Not valid from then on, in seconds since 1970.
    exp: i64,
    /// Not valid before, in seconds since 1970.
    #[serde(default)]
    nbf: Option<i64>,
    /// When it was made, in seconds since 1970.
    #[serde(default)]
    iat: Option<i64>,
}

/// The claims of a token that one of the project's keys signed, for this project, for now.
///
/// # Errors
/// `unauthenticated`, with the reason where it helps whoever wires the host application and nobody else.
pub(super) fn verify(
    token: &str,
    audience: &str,
    settings: &ProjectSettings,
    now: Timestamp,
) -> Result<Claims, Problem> {
    if token.len() > MOST_BYTES {
        return Err(refused("The token is too long."));
    }
    let header = decode_header(token).map_err(|_| refused("This is no JSON web token."))?;
    if header.crit.is_some() {
        return Err(refused(
            "The token asks for extensions that are not known here.",
        ));
    }
    let candidates = settings
        .member_tokens
        .iter()
        .filter(|key| fits(key, &header));
    let claims = candidates
        .into_iter()
        .find_map(|key| signed(token, key, audience));
    let claims = claims
        .ok_or_else(|| refused("No key of the project verifies this token for this project."))?;
    check_times(&claims, now)?;
    Ok(claims)
}

/// Whether a key may verify a token with this header. The algorithm is the key's, never the token's choice.
fn fits(key: &TokenKey, header: &Header) -> bool {
    algorithm(key) == header.alg
        && (header.kid.is_none() || key.kid.is_none() || header.kid == key.kid)
}

fn algorithm(key: &TokenKey) -> Algorithm {
    match key.algorithm {
        TokenAlgorithm::EdDSA => Algorithm::EdDSA,
        TokenAlgorithm::ES256 => Algorithm::ES256,
        TokenAlgorithm::HS256 => Algorithm::HS256,
    }
}

fn signed(token: &str, key: &TokenKey, audience: &str) -> Option<Claims> {
    let bytes = key.key.as_bytes();
    let decoding = match key.algorithm {
        TokenAlgorithm::EdDSA => DecodingKey::from_ed_pem(bytes).ok()?,
        TokenAlgorithm::ES256 => DecodingKey::from_ec_pem(bytes).ok()?,
        TokenAlgorithm::HS256 => DecodingKey::from_secret(bytes),
    };
    let mut validation = Validation::new(algorithm(key));
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    // The library would ask the machine's clock; the times are checked against the injected one.
    validation.validate_exp = false;
    decode::<Claims>(token, &decoding, &validation)
        .ok()
        .map(|data| data.claims)
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), Problem> {
    let time = |seconds: i64| {
        DateTime::from_timestamp(seconds, 0)
            .ok_or_else(|| refused("The token has no usable times."))
    };
    let end = time(claims.exp)?;
    if end <= now {
        return Err(refused("The token has expired."));
    }
    if end > now + LONGEST {
        return Err(refused("The token is valid for more than 24 hours."));
    }
    for begin in [claims.nbf, claims.iat].into_iter().flatten() {
        if time(begin)? > now + SKEW {
            return Err(refused("The token is not valid yet."));
        }
    }
    Ok(())
}

pub(super) fn refused(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail)
}
