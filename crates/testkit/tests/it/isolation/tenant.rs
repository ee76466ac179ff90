//! A project with something of every kind.

use axum::{Router, http::StatusCode};
use domain::{people::Role, projects::Project};
use inviter_testkit::{Client, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    members::let_members_in,
    operations::{Things, name_member, nothing},
};

/// A project, its owner, and what there is in it.
pub(super) struct Tenant {
    pub(super) project: Project,
    pub(super) owner: Client,
    pub(super) things: Things,
    /// Names for people; they hold it, and nothing else does.
    name: String,
}

/// Where webhooks go: it takes everything, for as long as the set is kept.
pub(super) async fn sink() -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(|| async { StatusCode::NO_CONTENT });
    let mut open = JoinSet::new();
    open.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, open)
}

impl Tenant {
    pub(super) async fn new(server: &TestApp, slug: &str, hook: &str, everywhere: &Client) -> Self {
        let project = server.project(slug).await;
        let mut this = Self {
            owner: server.operator(Role::Owner, Some(&project)).await,
            things: nothing(),
            name: format!("Secret of {slug}"),
            project,
        };
        let api = server.full_key(&this.project).await;
        let_members_in(&api).await;
        this.keep("project", &Value::from(this.project.id.to_string()));
        this.keep("hook", &Value::from(hook));
        this.set_up(&api, hook).await;
        this.invite(&api).await;
        this.staff(&api, everywhere).await;
        server.settled().await;
        let path = format!("/api/v1/members/{}/notices", this.things["members"]);
        this.keep(
            "notices",
            &api.get(&path).await.expect(200)["items"][0]["id"],
        );
        this
    }

    fn keep(&mut self, name: &'static str, value: &Value) {
        self.things.insert(name, value.as_str().unwrap().to_owned());
    }

    /// Program, coupons, webhook.
    async fn set_up(&mut self, api: &Client, hook: &str) {
        let slug = self.project.slug.clone();
        let rule = json!({"key": "one", "on": "signup", "then": {"kind": "fixed", "to": "inviter",
            "reward": {"type": "units", "unit": "credits", "amount": 10}}});
        let made = json!({"slug": format!("{slug}-spring"), "kind": "referral",
            "settings": {"name": self.name, "rules": [rule]}});
        let program = api.post("/api/v1/programs", made).await.expect(201);
        for name in ["programs", "program_id"] {
            self.keep(name, &program["id"]);
        }
        self.keep("slug", &program["slug"]);
        let activate = format!("/api/v1/programs/{}/activate", self.things["programs"]);
        api.post(&activate, json!({})).await.expect(200);
        let pool = json!({"slug": format!("{slug}-coupons")});
        let pool = api.post("/api/v1/coupon-pools", pool).await.expect(201);
        self.keep("coupon-pools", &pool["slug"]);
        let webhook = json!({"url": hook});
        let webhook = api.post("/api/v1/webhooks", webhook).await.expect(201);
        self.keep("webhooks", &webhook["endpoint"]["id"]);
        let test = format!("/api/v1/webhooks/{}/test", self.things["webhooks"]);
        let delivery = api.post(&test, json!({})).await.expect(201);
        self.keep("deliveries", &delivery["id"]);
    }

    /// A member with a code, a friend who came with it, and an invitation.
    async fn invite(&mut self, api: &Client) {
        let slug = self.project.slug.clone();
        let anna = json!({"external_id": format!("{slug}-anna"), "name": self.name,
            "email": format!("anna@{slug}.example")});
        let anna = Some(anna.to_string().into_bytes());
        let anna = api.send(Method::PUT, "/api/v1/members", anna).await;
        let anna = anna.expect(200);
        self.keep("external_id", &anna["external_id"]);
        name_member(&mut self.things, anna["id"].as_str().unwrap());
        let link = format!("/api/v1/members/{}/link", self.things["members"]);
        let wanted = json!({"program_id": self.things["programs"]});
        let link = api.post(&link, wanted).await.expect(200);
        self.keep("codes", &link["code"]["code"]);
        self.keep("code_id", &link["code"]["id"]);
        let event = json!({"type": "signup", "event_id": format!("{slug}-1"),
            "external_id": format!("{slug}-ben"), "code": self.things["codes"]});
        let event = api.post("/api/v1/events", event).await.expect(201);
        self.keep("events", &event["id"]);
        self.keep("event_id", &event["event_id"]);
        self.keep("rewards", &event["grants"][0]);
        for name in ["referrals", "referral_id"] {
            self.keep(name, &event["referral_id"]);
        }
        let invitation = json!({"program_id": self.things["programs"], "inviter_id": self.things["members"],
            "email": format!("dora@{slug}.example")});
        let invitation = api.post("/api/v1/invitations", invitation).await;
        self.keep("invitations", &invitation.expect(201)["id"]);
    }

    /// A spare key, and the owner with their token.
    async fn staff(&mut self, api: &Client, everywhere: &Client) {
        let key = json!({"name": self.name, "scopes": ["codes:read"]});
        let key = api.post("/api/v1/keys", key).await.expect(201);
        self.keep("keys", &key["key"]["id"]);
        let operators = everywhere.get("/api/v1/operators").await.expect(200);
        let name = format!("owner-{}", self.project.slug);
        let all = operators["items"].as_array().unwrap();
        let owner = all.iter().find(|operator| operator["name"] == name);
        self.keep("operators", &owner.unwrap()["id"]);
        let path = format!("/api/v1/operators/{}/tokens", self.things["operators"]);
        let tokens = everywhere.get(&path).await.expect(200);
        self.keep("tokens", &tokens["items"][0]["id"]);
    }

    /// What a path may name of this project.
    pub(super) fn names(&self) -> Vec<&str> {
        let common = ["hook", "versions", "from", "to"];
        let own = self
            .things
            .iter()
            .filter(|(name, _)| !common.contains(name));
        own.map(|(_, thing)| thing.as_str()).collect()
    }

    /// What only an answer about this project holds: codes and the host application's ids may be told by anybody.
    pub(super) fn marks(&self) -> Vec<&str> {
        let told = ["codes", "external_id", "event_id", "slug"];
        let mut marks = self.names();
        marks.retain(|mark| !told.iter().any(|name| self.things[*name] == **mark));
        marks.push(&self.name);
        marks
    }
}
