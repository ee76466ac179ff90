use inviter_testkit::Client;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;

const SECRET: &str = "a shared secret of more than thirty-two bytes";

async fn stage() -> Stage {
    let stage = Stage::new().await;
    let settings = json!({"member_tokens": [{"algorithm": "HS256", "key": SECRET}]});
    let patch = json!({"settings": settings});
    stage
        .ours
        .api
        .patch("/api/v1/project", patch)
        .await
        .expect(200);
    stage.server.settled().await;
    stage
}

fn claims(stage: &Stage, more: &Value) -> Value {
    let now = stage.server.clock.now().timestamp();
    let mut claims = json!({"aud": "ours", "sub": "zoe", "exp": now + 3600});
    claims
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    claims
}

fn signed(claims: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn as_member(stage: &Stage, token: &str) -> Client {
    stage
        .server
        .anonymous()
        .with("authorization", format!("Bearer {token}"))
        .with("inviter-project", "ours")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_with_a_name_opens_the_door_once() {
    let stage = stage().await;
    let token = signed(&claims(&stage, &json!({"jti": "once"})), SECRET);
    let me = as_member(&stage, &token);
    assert_eq!(
        me.get("/api/v1/me").await.expect(200)["member"]["external_id"],
        "zoe"
    );
    let before = stage.picture().await;
    me.get("/api/v1/me")
        .await
        .expect_problem(401, "unauthenticated");
    let link = json!({"program_id": stage.ours.program});
    me.post("/api/v1/me/link", link)
        .await
        .expect_problem(401, "unauthenticated");
    // The name is what counts, not the bytes of the token.
    let other = signed(
        &claims(&stage, &json!({"jti": "once", "sub": "yan"})),
        SECRET,
    );
    as_member(&stage, &other)
        .get("/api/v1/me")
        .await
        .expect_problem(401, "unauthenticated");
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_requests_with_the_same_token_gets_in() {
    let stage = stage().await;
    let token = signed(&claims(&stage, &json!({"jti": "race"})), SECRET);
    let me = as_member(&stage, &token);
    let replies = futures::future::join_all((0..16).map(|_| me.get("/api/v1/me"))).await;
    let entered = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(entered, 1);
    assert!(
        replies
            .iter()
            .all(|reply| matches!(reply.status, 200 | 401))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_nobody_vouches_for() {
    let stage = stage().await;
    let before = stage.picture().await;
    let good = signed(&claims(&stage, &json!({})), SECRET);
    let (head, rest) = good.split_once('.').unwrap();
    let (body, mark) = rest.split_once('.').unwrap();
    // {"alg":"none"}
    let unsigned = format!("eyJhbGciOiJub25lIn0.{body}.");
    let foreign = signed(&claims(&stage, &json!({"aud": "theirs"})), SECRET);
    let expired = signed(&claims(&stage, &json!({"exp": 1})), SECRET);
    let long = signed(&claims(&stage, &json!({"exp": i64::MAX})), SECRET);
    let injected = signed(&claims(&stage, &json!({"sub": "zoe\0' OR 1=1 --"})), SECRET);
    for token in [
        unsigned,
        format!("{head}.{body}."),
        format!("{head}..{mark}"),
        signed(
            &claims(&stage, &json!({})),
            "another secret of more than thirty-two bytes",
        ),
        foreign,
        expired,
        long,
        injected,
        "x".repeat(20_000),
        "inv_live_".to_owned(),
        "inv_op_".to_owned(),
        "..".to_owned(),
    ] {
        let me = as_member(&stage, &token);
        me.get("/api/v1/me")
            .await
            .expect_problem(401, "unauthenticated");
        let body = Some(br#"{"code":"X"}"#.to_vec());
        let reply = me.send(Method::POST, "/api/v1/me/claim", body).await;
        reply.expect_problem(401, "unauthenticated");
    }
    // A good token is for its own project and for /me only.
    let me = as_member(&stage, &good).with("inviter-project", "theirs");
    me.get("/api/v1/me")
        .await
        .expect_problem(401, "unauthenticated");
    stage.assert_unchanged(&before).await;
    let me = as_member(&stage, &good);
    me.get("/api/v1/members")
        .await
        .expect_problem(403, "forbidden");
}
