//! Whatever comes in that should not: a clear problem with a stable code, and nothing written.

mod bodies;
mod codes;
mod headers;
mod names;
mod tenants;
mod tokens;
mod values;

use inviter_testkit::{Client, Reply, TestApp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

/// Every list that a write would show up in; the audit trail has a line for almost all of them.
const LISTS: [&str; 11] = [
    "/api/v1/programs",
    "/api/v1/codes",
    "/api/v1/members",
    "/api/v1/events",
    "/api/v1/referrals",
    "/api/v1/rewards",
    "/api/v1/invitations",
    "/api/v1/coupon-pools",
    "/api/v1/webhooks",
    "/api/v1/project",
    "/api/v1/audit",
];

/// A project in use: an active program, a member with a link, a friend who came over it.
struct Tenant {
    api: Client,
    slug: String,
    program: String,
    member: String,
    code: String,
    invited: Value,
}

/// Two projects on one server.
struct Stage {
    server: TestApp,
    ours: Tenant,
    theirs: Tenant,
}

impl Stage {
    async fn new() -> Self {
        let server = TestApp::start().await;
        let (ours, theirs) = (
            Tenant::new(&server, "ours").await,
            Tenant::new(&server, "theirs").await,
        );
        server.settled().await;
        Self {
            server,
            ours,
            theirs,
        }
    }

    /// All that both projects show.
    async fn picture(&self) -> Vec<String> {
        let mut picture = self.ours.picture().await;
        picture.extend(self.theirs.picture().await);
        picture
    }

    /// Fails the test where anything was written since the picture was taken.
    async fn assert_unchanged(&self, before: &[String]) {
        self.server.settled().await;
        for (before, after) in before.iter().zip(self.picture().await) {
            assert_eq!(*before, after, "something was written");
        }
    }
}

impl Tenant {
    async fn new(server: &TestApp, slug: &str) -> Self {
        let project = server.project(slug).await;
        let api = server.full_key(&project).await;
        let settings = json!({"name": "Spring", "rules": [{"key": "both", "on": "signup", "then": {"kind": "fixed",
            "to": "inviter", "reward": {"type": "units", "unit": "credits", "amount": 500}}}]});
        let made = json!({"slug": slug, "kind": "referral", "settings": settings});
        let program = text(&api.post("/api/v1/programs", made).await.expect(201)["id"]);
        api.post(&format!("/api/v1/programs/{program}/activate"), json!({}))
            .await
            .expect(200);
        let anna = put(&api, json!({"external_id": "anna", "name": "Anna"})).await;
        let member = text(&anna.expect(200)["id"]);
        let path = format!("/api/v1/members/{member}/link");
        let link = api.post(&path, json!({"program_id": program})).await;
        let code = text(&link.expect(200)["code"]["code"]);
        let joined =
            json!({"type": "signup", "event_id": "ben", "external_id": "ben", "code": code});
        let invited = api.post("/api/v1/events", joined).await.expect(201);
        Self {
            api,
            slug: slug.to_owned(),
            program,
            member,
            code,
            invited,
        }
    }

    async fn picture(&self) -> Vec<String> {
        let mut picture = Vec::new();
        for list in LISTS {
            let reply = self.api.get(list).await;
            assert_eq!(reply.status, 200, "{list}: {}", reply.text);
            picture.push(format!("{} {list}: {}", self.slug, reply.text));
        }
        let accounts = format!("/api/v1/members/{}/balances", self.member);
        picture.push(self.api.get(&accounts).await.text);
        picture
    }
}

/// `PUT /api/v1/members`.
async fn put(api: &Client, body: Value) -> Reply {
    let body = body.to_string().into_bytes();
    api.send(Method::PUT, "/api/v1/members", Some(body)).await
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// A text as one segment of a path.
fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
