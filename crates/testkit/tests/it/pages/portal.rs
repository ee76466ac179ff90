//! A member's own pages: coming in, what is theirs, and nothing of anybody else.

use std::time::Duration;

use app::{
    me::my_grants,
    projects::{ProjectPatch, update_project},
};
use domain::{programs::ProgramKind, projects::Project};
use inviter_testkit::{Browser, Client, TestApp};
use kernel::{Actor, PageRequest};
use serde_json::json;

use super::landing::{code, member, program};

const ANNA: &str = "anna@shop.example";

struct Stage {
    server: TestApp,
    api: Client,
    project: Project,
    code: String,
    anna: domain::members::Member,
}

async fn stage() -> Stage {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let spring = program(&server, &project, "spring", ProgramKind::Referral, "Spring").await;
    let anna = member(&server, &project, "Anna Meyer").await;
    let code = code(&server, &project, &spring, &anna).await;
    let api = server.full_key(&project).await;
    Stage {
        server,
        api,
        project,
        code,
        anna,
    }
}

impl Stage {
    /// Anna's browser, signed in by a link from her mailbox.
    async fn inside(&self) -> Browser {
        let browser = self.server.browser();
        let door = browser.get("/me/sign-in/shop/spring").await.expect(200);
        let form = door.form("").with("email", ANNA);
        browser.submit(form).await.expect(200);
        let link = self.server.mailed_link(ANNA, "/me/enter/").await;
        let page = browser.get(&link).await.expect(200);
        let home = browser.submit(page.form("")).await.expect(200);
        assert_eq!(home.path, "/me?program=spring");
        browser
    }

    async fn event(&self, body: serde_json::Value) {
        let reply = self.api.post("/api/v1/events", body).await;
        assert!(matches!(reply.status, 200 | 201), "{}", reply.text);
    }

    /// A friend joins by Anna's code and does what the program waits for.
    async fn friend(&self, id: &str, name: &str) {
        self.event(json!({"type": "signup", "external_id": id, "name": name, "code": self.code}))
            .await;
        self.event(json!({"type": "activation", "external_id": id}))
            .await;
        self.server.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_lets_in_once_and_looking_at_it_does_not_use_it_up() {
    let stage = stage().await;
    let browser = stage.server.browser();
    let outside = browser.get("/me/rewards").await.expect(200);
    assert!(outside.path.starts_with("/me/sign-in"), "{}", outside.path);
    let sent = |email: &'static str| {
        let browser = &browser;
        async move {
            let form = browser.get("/me/sign-in").await.form("");
            browser.submit(form.with("email", email)).await.expect(200)
        }
    };
    let (known, unknown) = (sent(ANNA).await, sent("nobody@shop.example").await);
    assert_eq!(
        known.words().replace(ANNA, ""),
        unknown.words().replace("nobody@shop.example", ""),
        "nobody learns who is known here"
    );
    let link = stage.server.mailed_link(ANNA, "/me/enter/").await;
    for _ in 0..2 {
        browser.get(&link).await.expect(200);
    }
    let page = browser.get(&link).await;
    let home = browser.submit(page.form("")).await.expect(200);
    assert_eq!(home.heading(), "Hello, Anna");
    let again = stage.server.browser().get(&link).await.expect(401);
    assert!(again.words().contains("does not work any more"));

    let out = browser.submit(home.form("/me/sign-out")).await.expect(200);
    assert!(out.path.starts_with("/me/sign-in"));
    let kept = browser.get("/me").await;
    assert!(kept.path.starts_with("/me/sign-in"), "{}", kept.path);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_application_opens_the_portal_with_a_token() {
    let stage = stage().await;
    let secret = "a secret of at least thirty-two bytes";
    let settings = json!({"member_tokens": [{"kid": null, "algorithm": "HS256", "key": secret}]});
    let patch = ProjectPatch {
        name: None,
        settings: Some(serde_json::from_value(settings).unwrap()),
    };
    let (app, ctx) = (&stage.server.app, stage.server.ctx());
    update_project(app, &ctx, stage.project.id, patch)
        .await
        .unwrap();
    let claims = json!({"sub": "u-1", "aud": "shop", "name": "Carl Sand", "exp": ctx.now().timestamp() + 600});
    let token = jsonwebtoken::encode(
        &jsonwebtoken::Header::default(),
        &claims,
        &jsonwebtoken::EncodingKey::from_secret(secret.as_bytes()),
    )
    .unwrap();
    let browser = stage.server.browser();
    let home = browser
        .get(&format!("/me/enter?project=shop&mode=live&token={token}"))
        .await
        .expect(200);
    assert_eq!(home.path, "/me");
    assert_eq!(home.heading(), "Hello, Carl");
    for (project, mode) in [("shop", "test"), ("other", "live")] {
        let path = format!("/me/enter?project={project}&mode={mode}&token={token}");
        let refused = stage.server.browser().get(&path).await.expect(401);
        assert!(refused.words().contains("Go back to the application"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn friends_rewards_places_and_notices_are_the_members_own() {
    let stage = stage().await;
    let browser = stage.inside().await;
    for path in [
        "/me",
        "/me/friends",
        "/me/rewards",
        "/me/history",
        "/me/leaderboard",
        "/me/notices",
    ] {
        browser.get(path).await.expect(200);
    }
    stage.friend("ben", "<b>Ben</b> Fried").await;

    let home = browser.get("/me").await.expect(200);
    assert_eq!(home.all("#own-code"), [stage.code.as_str()]);
    assert!(home.words().contains("500 credits"));
    assert!(home.has("[data-live=\"/me/live\"][data-position]"));
    let friends = browser.get("/me/friends").await.expect(200);
    assert_eq!(friends.all(".people strong"), ["<•••d"], "masked, and text");
    // The empty board that was read above is kept for less than a second: docs/adr/0009.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let board = browser.get("/me/leaderboard").await.expect(200);
    assert_eq!(board.all("tr.mine .rank"), ["1"]);
    assert!(
        !board.words().contains("Meyer"),
        "names are masked, also one's own"
    );
    let notices = browser.get("/me/notices").await.expect(200);
    assert!(notices.has(".told .new"));
    let read = browser.submit(notices.form("/me/notices/read")).await;
    assert!(!read.expect(200).has(".told .new"));
    let chinese = stage.inside().await.in_chinese();
    let rewards = chinese.get("/me/rewards").await.expect(200);
    assert!(rewards.words().contains("500 点额度"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reward_is_claimed_by_its_member_and_by_nobody_else() {
    let stage = stage().await;
    stage.friend("ben", "Ben Fried").await;
    let browser = stage.inside().await;
    let rewards = browser.get("/me/rewards").await.expect(200);
    let form = rewards.form("/claim");
    let other = stage.server.browser();
    let page = other.get("/shop/spring").await.form("");
    other.submit(page.with("email", "eve@shop.example")).await;
    let door = other.get("/me/sign-in/shop/spring").await.form("");
    other.submit(door.with("email", "eve@shop.example")).await;
    let link = stage
        .server
        .mailed_link("eve@shop.example", "/me/enter/")
        .await;
    let enter = other.get(&link).await.form("");
    other.submit(enter).await.expect(200);
    let action = form.action.split('?').next().unwrap().to_owned();
    other.post(&action, &[]).await.expect(404);

    let claimed = browser.submit(form).await.expect(200);
    assert!(claimed.words().contains("The reward is yours."));
    assert!(!claimed.has("form[action*=\"/claim\"]"));
    let me = stage.server.app.ctx(Actor::Member(stage.anna.id), "test");
    let page = PageRequest::new(None, None);
    let grants = my_grants(&stage.server.app, &me, stage.project.id, page)
        .await
        .unwrap();
    let states: Vec<_> = grants
        .items
        .iter()
        .map(|grant| grant.state.as_str())
        .collect();
    assert!(states.contains(&"claimed"), "{states:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_is_invited_by_e_mail_and_refusals_keep_what_was_typed() {
    let stage = stage().await;
    let browser = stage.inside().await;
    let invite = |email: &'static str| {
        let browser = &browser;
        async move {
            let home = browser.get("/me?program=spring").await.expect(200);
            browser
                .submit(home.form("/me/invite").with("email", email))
                .await
        }
    };
    let bad = invite("no address").await.expect(422);
    assert!(bad.fault("email").is_some());
    assert_eq!(bad.form("/me/invite").value("email"), Some("no address"));
    let own = invite(ANNA).await.expect(422);
    assert!(own.words().contains("You cannot invite yourself") || own.has(".note.bad"));
    let sent = invite("dora@shop.example").await.expect(200);
    assert!(sent.words().contains("The invitation is on its way."));
    stage.server.mail_to("dora@shop.example", &stage.code).await;
    let twice = invite("dora@shop.example").await.expect(422);
    assert!(twice.words().contains("invited this friend already"));
    let home = browser.get("/me").await;
    let claim = home.form("/me/claim").with("code", "NOSUCH22");
    let refused = browser.submit(claim).await.expect(422);
    assert_eq!(refused.form("/me/claim").value("code"), Some("NOSUCH22"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_start_page_leads_operators_to_the_console() {
    let server = TestApp::start().await;
    let stranger = server.browser().get("/").await.expect(200);
    assert_eq!(stranger.path, "/");
    let links = stranger.links();
    for wanted in ["/console", "/me/sign-in", "/api/docs"] {
        assert!(links.iter().any(|link| link == wanted), "{links:?}");
    }
    let owner = server.owner_browser().await;
    assert!(owner.get("/").await.path.starts_with("/console"));
}
