//! Codes, members, referrals, rewards and the risk queue, as operators see them.

use domain::{people::Role, projects::Project};
use inviter_testkit::{Browser, Client, Sheet, TestApp};
use serde_json::{Value, json};

const ATTACK: &str = "<script>alert(1)</script>";
const BASE: &str = "/console/shop/live/";

/// A program that asks for approval, a member with a hostile name, and a friend whose mailbox makes them suspicious.
struct Scene {
    server: TestApp,
    project: Project,
    api: Client,
    member: String,
    code: String,
    referral: String,
    grants: Vec<String>,
}

fn settings() -> Value {
    json!({
        "name": format!("Spring {ATTACK}"),
        "qualify_on": "signup",
        "rules": [{"key": "both", "on": "signup", "approval": true, "then": {
            "kind": "double_sided",
            "inviter": {"type": "units", "unit": "credits", "amount": 500},
            "invitee": {"type": "badge", "name": "Pioneer"}
        }}]
    })
}

impl Scene {
    async fn set() -> Self {
        let server = TestApp::start().await;
        let project = server.project("shop").await;
        let api = server.full_key(&project).await;
        let made = json!({"slug": "spring", "kind": "referral", "settings": settings()});
        let program = api.post("/api/v1/programs", made).await.expect(201);
        let program = text(&program["id"]);
        let start = format!("/api/v1/programs/{program}/activate");
        api.post(&start, json!({})).await.expect(200);
        let anna = json!({"external_id": "anna", "email": "anna@shop.example", "name": format!("Anna {ATTACK}")});
        let anna = anna.to_string().into_bytes();
        let put = reqwest::Method::PUT;
        let anna = api
            .send(put, "/api/v1/members", Some(anna))
            .await
            .expect(200);
        let member = text(&anna["id"]);
        let link = format!("/api/v1/members/{member}/link");
        let link = api
            .post(&link, json!({"program_id": program}))
            .await
            .expect(200);
        let code = text(&link["code"]["code"]);
        let friend = json!({
            "type": "signup", "external_id": "friend", "email": "friend@mailinator.com",
            "name": format!("Friend {ATTACK}"), "code": code,
        });
        let came = api.post("/api/v1/events", friend).await;
        assert!(matches!(came.status, 200 | 201), "{}", came.text);
        let referral = text(&came.json["referral_id"]);
        let grants = api.get("/api/v1/rewards").await.expect(200);
        let grants = grants["items"].as_array().unwrap().iter();
        let grants = grants.map(|grant| text(&grant["id"])).collect();
        Self {
            server,
            project,
            api,
            member,
            code,
            referral,
            grants,
        }
    }

    fn pages(&self) -> Vec<String> {
        let (member, referral, grant) = (&self.member, &self.referral, &self.grants[0]);
        let mut pages: Vec<String> = [
            "codes",
            "codes/new",
            "codes/many",
            "codes/import",
            "codes/invitations",
            "codes/invitations/new",
            "members",
            "members/new",
            "members?q=anna",
            "referrals",
            "referrals?state=rewarded&from=2026-01-01",
            "rewards",
            "rewards?member=anna@shop.example&state=pending_approval",
            "rewards/approvals",
            "rewards/pools",
            "rewards/pools/new",
            "risk",
        ]
        .map(str::to_owned)
        .into();
        pages.push(format!("codes/{}", self.code));
        pages.push(format!("members/{member}"));
        for tab in [
            "invitees",
            "rewards",
            "transfers",
            "notices",
            "edit",
            "spend",
        ] {
            pages.push(format!("members/{member}/{tab}"));
        }
        pages.push(format!("referrals/{referral}"));
        pages.push(format!("rewards/{grant}"));
        pages.push(format!("risk/{referral}"));
        pages
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

async fn open(browser: &Browser, page: &str) -> Sheet {
    browser.get(&format!("{BASE}{page}")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_opens_and_names_are_only_text() {
    let scene = Scene::set().await;
    let english = scene.server.owner_browser().await;
    let chinese = scene.server.owner_browser().await.in_chinese();
    for page in scene.pages() {
        for browser in [&english, &chinese] {
            let sheet = open(browser, &page).await.expect(200);
            assert!(!sheet.text.contains(ATTACK), "{page}");
            assert!(!sheet.heading().is_empty(), "{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_not_is_not_let_in() {
    let scene = Scene::set().await;
    let analyst = scene
        .server
        .operator_browser(Role::Analyst, Some(&scene.project))
        .await;
    for page in ["codes", "referrals", "rewards", "rewards/approvals"] {
        let sheet = open(&analyst, page).await.expect(200);
        assert!(!sheet.text.contains("mailinator"), "{page}");
        assert!(!sheet.has("form[method=post] [name=id]"), "{page}");
    }
    for page in [
        "members",
        "members/new",
        "codes/new",
        "risk",
        "rewards/pools",
    ] {
        open(&analyst, page).await.expect(403);
    }
    let risky = format!("{BASE}risk/{}/decide", scene.referral);
    let decision = [("verb", "reject"), ("reason", "no")];
    analyst.post(&risky, &decision).await.expect(403);
    let other = scene.server.project("elsewhere").await;
    let stranger = scene
        .server
        .operator_browser(Role::Admin, Some(&other))
        .await;
    for page in scene.pages() {
        open(&stranger, &page).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_is_kept_and_the_fault_is_at_its_field() {
    let scene = Scene::set().await;
    let browser = scene.server.owner_browser().await;
    let form = open(&browser, "codes/new").await.form("codes/new");
    let form = form.with("text", "not a code!").with("max_uses", "many");
    let again = browser.submit(form).await.expect(422);
    assert!(again.fault("max_uses").is_some());
    let form = again.form("codes/new");
    assert_eq!(form.value("text"), Some("not a code!"));
    let again = browser.submit(form.with("max_uses", "7")).await.expect(422);
    assert!(again.fault("text").is_some());
    let form = again.form("codes/new").with("text", "SUMMER-7");
    let made = browser.submit(form.with("owner", "anna")).await.expect(200);
    assert_eq!(made.heading(), "SUMMER-7");
    let form = open(&browser, "members/new").await.form("");
    let form = form.with("email", "nobody").with("name", ATTACK);
    let again = browser.submit(form).await.expect(422);
    assert!(again.fault("email").is_some());
    assert_eq!(again.form("").value("name"), Some(ATTACK));
    let form = open(&browser, "rewards/pools/new").await.form("");
    let again = browser.submit(form.with("slug", "A b")).await.expect(422);
    assert!(again.fault("slug").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspicious_referral_is_decided_with_a_reason() {
    let scene = Scene::set().await;
    let browser = scene.server.owner_browser().await;
    let queue = open(&browser, "risk").await.expect(200);
    assert!(queue.words().contains("Throw-away mailbox"));
    let form = queue.form("decide");
    let again = browser.submit(form.clone().press("verb", "reject")).await;
    assert!(again.expect(422).fault("reason").is_some());
    let form = form.with("reason", "A mailbox of one day");
    let empty = browser
        .submit(form.press("verb", "reject"))
        .await
        .expect(200);
    assert!(empty.words().contains("Nothing to review"));
    let page = format!("referrals/{}", scene.referral);
    let story = open(&browser, &page)
        .await
        .expect(200)
        .all(".trail")
        .join(" ");
    for told in [
        "Friend",
        "joined",
        "Risk score 60",
        "rejected the referral",
        "A mailbox of one day",
    ] {
        assert!(story.contains(told), "{told}: {story}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_rewards_are_approved_at_once_and_spent() {
    let scene = Scene::set().await;
    let browser = scene.server.owner_browser().await;
    let sheet = open(&browser, "rewards/approvals").await.expect(200);
    let form = sheet.form("");
    let none = browser.submit(form.clone().press("verb", "approve")).await;
    none.expect(422);
    let all: Vec<&str> = scene.grants.iter().map(String::as_str).collect();
    let form = form.with_all("id", &all).press("verb", "approve");
    let done = browser.submit(form).await.expect(200);
    assert!(done.words().contains("Nothing waits for approval"));
    let spend = format!("members/{}/spend", scene.member);
    let form = open(&browser, &spend).await.form("");
    let too_much = browser.submit(form.clone().with("amount", "501")).await;
    assert!(too_much.expect(422).fault("amount").is_some());
    let spent = browser.submit(form.clone().with("amount", "300")).await;
    assert!(spent.expect(200).words().contains("300 credits spent"));
    // The same form sent twice is one operation.
    browser.submit(form.with("amount", "300")).await.expect(200);
    let path = format!("/api/v1/members/{}/balances", scene.member);
    let balances = scene.api.get(&path).await.expect(200).to_string();
    assert!(balances.contains("\"available\":200"), "{balances}");
    scene.server.assert_ledger_clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_alone_begins_with_a_capital() {
    let scene = Scene::set().await;
    let browser = scene.server.owner_browser().await;
    for page in ["rewards", "rewards/approvals"] {
        let mut rewards = open(&browser, page).await.expect(200).all("td.head");
        rewards.sort();
        assert_eq!(rewards, ["500 credits", "The badge “Pioneer”"], "{page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_files_too() {
    let scene = Scene::set().await;
    let browser = scene.server.owner_browser().await;
    for list in [
        "codes",
        "members",
        "referrals",
        "rewards",
        "codes/invitations",
    ] {
        let path = format!("{BASE}{list}/export.csv");
        let file = browser.once(reqwest::Method::GET, &path, &[], &[]).await;
        assert_eq!(file.status, 200, "{list}");
        assert!(file.text.starts_with("id,"), "{list}: {}", file.text);
    }
    let path = format!("{BASE}codes/{}/qr.png", scene.code);
    let picture = browser.once(reqwest::Method::GET, &path, &[], &[]).await;
    assert_eq!(picture.headers["content-type"], "image/png");
}
