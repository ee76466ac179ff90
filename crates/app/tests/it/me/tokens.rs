//! Tokens as a host application signs them.

use domain::{
    members::Member,
    projects::{Mode, ProjectSettings, TokenAlgorithm, TokenKey},
};
use inviter_app::{
    me::authenticate_member,
    projects::{ProjectPatch, update_project},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::{Actor, Clock, ProblemCode};
use serde_json::{Value, json};

use crate::fixture::Fixture;

/// Keys for nothing but these tests.
pub(crate) const ED_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIC3aNHCBV+g/TZNxu4Yltl7xt6aydR4Up0Sp4mOh9Y+6
-----END PRIVATE KEY-----
";
pub(crate) const ED_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAQrVbVwqvldCzN4kVlFyime0nJmpW8LL2vy9HSAjeEfA=
-----END PUBLIC KEY-----
";
pub(crate) const EC_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXiopCLTl+xgNijz/
O+miDbKGEOt0RfuzR7xVBmYm44ChRANCAAR/aiwunHg+GcLklBuaT5vxEd9MNYZR
LgBSclMjV9qKhIZj80ARIFceNS3zx2CIb9KZmGx7BcUkb3Vxb5MTX/GS
-----END PRIVATE KEY-----
";
pub(crate) const EC_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf2osLpx4PhnC5JQbmk+b8RHfTDWG
US4AUnJTI1faioSGY/NAESBXHjUt88dgiG/SmZhsewXFJG91cW+TE1/xkg==
-----END PUBLIC KEY-----
";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn key(kid: &str, algorithm: TokenAlgorithm, key: &str) -> TokenKey {
    TokenKey {
        kid: Some(kid.to_owned()),
        algorithm,
        key: key.to_owned(),
    }
}

/// An installation whose project has these keys.
pub(crate) async fn with_keys(member_tokens: Vec<TokenKey>) -> Fixture {
    let fixture = Fixture::new().await;
    let settings = ProjectSettings { member_tokens };
    let patch = ProjectPatch {
        settings: Some(settings),
        name: None,
    };
    update_project(&fixture.app, &fixture.cli(), fixture.id(), patch)
        .await
        .unwrap();
    fixture
}

pub(crate) async fn with_ed() -> Fixture {
    with_keys(vec![key("ed", TokenAlgorithm::EdDSA, ED_PUBLIC)]).await
}

/// Claims that open the door, with some of them replaced; null leaves one out.
pub(crate) fn claims(fixture: &Fixture, other: Value) -> Value {
    let exp = fixture.clock.now().timestamp() + 600;
    let mut claims = json!({ "sub": "anna", "aud": "acme", "exp": exp });
    let Value::Object(other) = other else {
        panic!("claims are an object")
    };
    claims.as_object_mut().unwrap().extend(other);
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

pub(crate) fn ed(claims: &Value) -> String {
    encode(
        &Header::new(Algorithm::EdDSA),
        claims,
        &EncodingKey::from_ed_pem(ED_PRIVATE.as_bytes()).unwrap(),
    )
    .unwrap()
}

pub(crate) fn hs(claims: &Value, secret: &str) -> String {
    encode(
        &Header::new(Algorithm::HS256),
        claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
    .unwrap()
}

pub(crate) async fn enter(fixture: &Fixture, token: &str) -> Result<Member, ProblemCode> {
    let nobody = fixture.as_actor(Actor::Anonymous);
    let answer = authenticate_member(&fixture.app, &nobody, "acme", Mode::Live, token).await;
    answer.map_err(|error| error.problem().code)
}

pub(crate) const REFUSED: Result<Member, ProblemCode> = Err(ProblemCode::Unauthenticated);
