//! Members with a token of the host application.

use domain::projects::Project;
use inviter_testkit::{Client, TestApp};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use kernel::Clock;
use serde_json::json;

const SECRET: &str = "a shared secret of more than thirty-two bytes";

/// Lets the project's members in with tokens of [`member`].
pub(crate) async fn let_members_in(api: &Client) {
    let settings = json!({"member_tokens": [{"algorithm": "HS256", "key": SECRET}]});
    let patch = json!({"settings": settings});
    api.patch("/api/v1/project", patch).await.expect(200);
}

/// A client of a member, who is made on the way where they are new.
pub(crate) fn member(server: &TestApp, project: &Project, external_id: &str) -> Client {
    let end = server.clock.now().timestamp() + 3600;
    let claims = json!({"aud": project.slug, "sub": external_id, "exp": end});
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
    let client = server.anonymous();
    client
        .with("authorization", format!("Bearer {token}"))
        .with("inviter-project", project.slug.clone())
}
