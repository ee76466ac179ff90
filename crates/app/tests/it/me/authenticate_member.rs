use domain::{
    log::Fact,
    projects::{Mode, ProjectSettings, TokenAlgorithm},
};
use inviter_app::{
    me::authenticate_member,
    members::{NewMember, upsert_member},
    projects::{ProjectPatch, update_project},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::{Actor, Clock, ProblemCode};
use serde_json::json;

use super::tokens::{
    EC_PRIVATE, EC_PUBLIC, ED_PUBLIC, REFUSED, SECRET, claims, ed, enter, hs, key, with_ed,
    with_keys,
};
use crate::fixture::refusal;

#[tokio::test]
async fn each_algorithm_opens_the_door() {
    let fixture = with_keys(vec![
        key("ed", TokenAlgorithm::EdDSA, ED_PUBLIC),
        key("ec", TokenAlgorithm::ES256, EC_PUBLIC),
        key("hs", TokenAlgorithm::HS256, SECRET),
    ])
    .await;
    let claims = claims(
        &fixture,
        json!({ "email": "anna@example.com", "name": "Anna", "locale": "zh-CN" }),
    );
    let es = EncodingKey::from_ec_pem(EC_PRIVATE.as_bytes()).unwrap();
    let es = encode(&Header::new(Algorithm::ES256), &claims, &es).unwrap();
    let anna = enter(&fixture, &ed(&claims)).await.unwrap();
    assert_eq!(anna.external_id.as_deref(), Some("anna"));
    assert_eq!(
        (anna.name.as_deref(), anna.email.as_deref()),
        (Some("Anna"), Some("anna@example.com"))
    );
    assert_eq!((anna.locale.as_str(), anna.project), ("zh", fixture.id()));
    assert_eq!(enter(&fixture, &es).await, Ok(anna.clone()));
    assert_eq!(enter(&fixture, &hs(&claims, SECRET)).await, Ok(anna));
}

#[tokio::test]
async fn tokens_for_another_time_or_place_are_refused() {
    let fixture = with_ed().await;
    let now = fixture.clock.now().timestamp();
    let cases = [
        ("expired", json!({ "exp": now })),
        ("long expired", json!({ "exp": now - 86_400 })),
        ("valid for too long", json!({ "exp": now + 86_401 })),
        ("no end", json!({ "exp": null })),
        ("no usable end", json!({ "exp": i64::MAX })),
        ("an end that is no number", json!({ "exp": "tomorrow" })),
        ("not yet valid", json!({ "nbf": now + 61 })),
        ("made in the future", json!({ "iat": now + 61 })),
        ("for another audience", json!({ "aud": "shop" })),
        ("for no audience", json!({ "aud": null })),
        ("about nobody", json!({ "sub": null })),
        ("about an empty id", json!({ "sub": " " })),
        ("about a long id", json!({ "sub": "x".repeat(192) })),
        ("with a broken e-mail", json!({ "email": "anna" })),
        ("with a broken name", json!({ "name": "A\nB" })),
    ];
    for (case, other) in cases {
        assert_eq!(
            enter(&fixture, &ed(&claims(&fixture, other))).await,
            REFUSED,
            "{case}"
        );
    }
    for other in [
        json!({ "exp": now + 86_400 }),
        json!({ "nbf": now + 60, "iat": now }),
        json!({ "aud": ["x", "acme"] }),
    ] {
        assert!(enter(&fixture, &ed(&claims(&fixture, other))).await.is_ok());
    }
}

#[tokio::test]
async fn the_algorithm_is_the_keys_and_not_the_tokens_choice() {
    let fixture = with_ed().await;
    let fine = claims(&fixture, json!({}));
    // A public key is no shared secret, in whatever form it is taken for one.
    for secret in [
        ED_PUBLIC,
        ED_PUBLIC.trim(),
        "MCowBQYDK2VwAyEAQrVbVwqvldCzN4kVlFyime0nJmpW8LL2vy9HSAjeEfA=",
    ] {
        assert_eq!(enter(&fixture, &hs(&fine, secret)).await, REFUSED);
    }
    let mut parts: Vec<String> = ed(&fine).split('.').map(str::to_owned).collect();
    let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
    assert_eq!(
        enter(&fixture, &format!("{none}.{}.", parts[1])).await,
        REFUSED
    );
    // Another algorithm of the same family as the key's.
    let hs_only = with_keys(vec![key("hs", TokenAlgorithm::HS256, SECRET)]).await;
    let hs512 = encode(
        &Header::new(Algorithm::HS512),
        &fine,
        &EncodingKey::from_secret(SECRET.as_bytes()),
    )
    .unwrap();
    assert_eq!(enter(&hs_only, &hs512).await, REFUSED);
    assert_eq!(
        enter(&hs_only, &hs(&fine, &SECRET.replace('0', "1"))).await,
        REFUSED
    );
    // Changed after it was signed.
    parts[1] = data_encoding::BASE64URL_NOPAD.encode(
        claims(&fixture, json!({ "sub": "bert" }))
            .to_string()
            .as_bytes(),
    );
    assert_eq!(enter(&fixture, &parts.join(".")).await, REFUSED);
    for text in ["", "a.b.c", "..", &"x".repeat(9000)] {
        assert_eq!(enter(&fixture, text).await, REFUSED);
    }
}

#[tokio::test]
async fn a_named_key_verifies_only_tokens_that_name_it_or_none() {
    let fixture = with_keys(vec![
        key("old", TokenAlgorithm::HS256, SECRET),
        key("new", TokenAlgorithm::HS256, &SECRET.replace('0', "9")),
    ])
    .await;
    let fine = claims(&fixture, json!({}));
    let sign = |kid: Option<&str>, secret: &str| {
        let header = Header {
            kid: kid.map(str::to_owned),
            ..Header::new(Algorithm::HS256)
        };
        encode(&header, &fine, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    assert!(enter(&fixture, &sign(Some("old"), SECRET)).await.is_ok());
    assert!(
        enter(&fixture, &sign(None, &SECRET.replace('0', "9")))
            .await
            .is_ok()
    );
    assert_eq!(enter(&fixture, &sign(Some("new"), SECRET)).await, REFUSED);
    assert_eq!(enter(&fixture, &sign(Some("other"), SECRET)).await, REFUSED);
    let critical = Header {
        crit: Some(vec!["b64".to_owned()]),
        ..Header::new(Algorithm::HS256)
    };
    let critical = encode(
        &critical,
        &fine,
        &EncodingKey::from_secret(SECRET.as_bytes()),
    )
    .unwrap();
    assert_eq!(enter(&fixture, &critical).await, REFUSED);
}

#[tokio::test]
async fn a_named_token_opens_the_door_once() {
    let fixture = with_ed().await;
    let token = ed(&claims(&fixture, json!({ "jti": "t-1" })));
    assert!(enter(&fixture, &token).await.is_ok());
    assert_eq!(enter(&fixture, &token).await, REFUSED);
    // The name is what counts, not the rest of the token.
    let other = ed(&claims(&fixture, json!({ "jti": "t-1", "sub": "bert" })));
    assert_eq!(enter(&fixture, &other).await, REFUSED);
    assert!(
        enter(&fixture, &ed(&claims(&fixture, json!({ "jti": "t-2" }))))
            .await
            .is_ok()
    );
    let token = ed(&claims(&fixture, json!({ "jti": "t-3" })));
    let (one, other) = tokio::join!(enter(&fixture, &token), enter(&fixture, &token));
    assert_eq!(
        [one.is_ok(), other.is_ok()]
            .iter()
            .filter(|in_| **in_)
            .count(),
        1
    );
}

#[tokio::test]
async fn one_projects_key_opens_no_other_project() {
    let fixture = with_ed().await;
    let token = ed(&claims(&fixture, json!({})));
    let nobody = fixture.as_actor(Actor::Anonymous);
    let enter = |slug: &'static str, mode: Mode| {
        authenticate_member(&fixture.app, &nobody, slug, mode, &token)
    };
    fixture.project("shop").await;
    assert!(enter("acme", Mode::Live).await.is_ok());
    assert_eq!(
        refusal(enter("acme", Mode::Test).await),
        ProblemCode::Unauthenticated
    );
    assert_eq!(
        refusal(enter("shop", Mode::Live).await),
        ProblemCode::Unauthenticated
    );
    assert_eq!(
        refusal(enter("no-such", Mode::Live).await),
        ProblemCode::Unauthenticated
    );
}

#[tokio::test]
async fn a_key_that_was_taken_away_opens_nothing_at_once() {
    let fixture = with_ed().await;
    let token = ed(&claims(&fixture, json!({})));
    assert!(enter(&fixture, &token).await.is_ok());
    let patch = ProjectPatch {
        settings: Some(ProjectSettings::default()),
        name: None,
    };
    update_project(&fixture.app, &fixture.cli(), fixture.id(), patch)
        .await
        .unwrap();
    assert_eq!(enter(&fixture, &token).await, REFUSED);
}

#[tokio::test]
async fn an_e_mail_makes_nobody_somebody_else() {
    let fixture = with_ed().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let mailed = |id: Option<&str>, email: &str| NewMember {
        external_id: id.map(str::to_owned),
        email: Some(email.to_owned()),
        ..NewMember::default()
    };
    let owner = upsert_member(
        app,
        ctx,
        project,
        mailed(Some("owner"), "taken@example.com"),
    )
    .await
    .unwrap();
    let nameless = upsert_member(app, ctx, project, mailed(None, "free@example.com"))
        .await
        .unwrap();
    // The e-mail of a member with an id of their own does not make the token's subject that member.
    let eve = ed(&claims(
        &fixture,
        json!({ "sub": "eve", "email": "taken@example.com" }),
    ));
    let eve = enter(&fixture, &eve).await.unwrap();
    assert_ne!(eve.id, owner.id);
    assert_eq!(eve.email, None);
    // Somebody who was known by e-mail alone gets their id.
    let token = ed(&claims(
        &fixture,
        json!({ "sub": "anna", "email": "free@example.com" }),
    ));
    let anna = enter(&fixture, &token).await.unwrap();
    assert_eq!(
        (anna.id, anna.external_id.as_deref()),
        (nameless.id, Some("anna"))
    );
    assert_eq!(enter(&fixture, &token).await, Ok(anna.clone()));
    // A changed e-mail is taken over, one that is taken is not.
    let token = ed(&claims(
        &fixture,
        json!({ "sub": "anna", "email": "moved@example.com" }),
    ));
    assert_eq!(
        enter(&fixture, &token).await.unwrap().email.as_deref(),
        Some("moved@example.com")
    );
    let token = ed(&claims(
        &fixture,
        json!({ "sub": "anna", "email": "taken@example.com" }),
    ));
    let kept = enter(&fixture, &token).await.unwrap();
    assert_eq!(
        (kept.id, kept.email.as_deref()),
        (anna.id, Some("moved@example.com"))
    );
}

#[tokio::test]
async fn coming_in_again_writes_nothing() {
    let fixture = with_ed().await;
    let token = ed(&claims(
        &fixture,
        json!({ "name": "Anna", "email": "anna@example.com" }),
    ));
    enter(&fixture, &token).await.unwrap();
    let before = fixture.app.store().group_counts();
    enter(&fixture, &token).await.unwrap();
    assert_eq!(fixture.app.store().group_counts(), before);
    let log = fixture.app.store().read().log_after(0, 100).await.unwrap();
    let created = log.iter().flat_map(|entry| &entry.facts);
    assert_eq!(
        created
            .filter(|fact| matches!(fact, Fact::MemberCreated { .. }))
            .count(),
        1
    );
}
