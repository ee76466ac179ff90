//! The first thing that a friend sees: welcomed, or told kindly why not.

use app::{
    codes::{CodePatch, NewCode, create_code, link_of_member, revoke_code, update_code},
    members::{NewMember, upsert_member},
    programs::{NewProgram, activate_program, create_program, pause_program},
};
use chrono::TimeDelta;
use domain::{
    members::Member,
    programs::{Program, ProgramKind},
    projects::Project,
};
use inviter_testkit::{Browser, Sheet, TestApp};
use serde_json::json;

/// What people try to smuggle in.
const SMUGGLED: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "{{7*7}}{name}",
    "</title><svg/onload=alert(1)>",
];

pub(super) async fn program(
    server: &TestApp,
    project: &Project,
    slug: &str,
    kind: ProgramKind,
    name: &str,
) -> Program {
    let settings = json!({
        "name": name,
        "description": "Give 200 credits, get 500.",
        "rules": [
            {"key": "both", "on": "activation", "then": {
                "kind": "double_sided",
                "inviter": {"type": "units", "unit": "credits", "amount": 500},
                "invitee": {"type": "units", "unit": "credits", "amount": 200}
            }},
            {"key": "badge", "on": "activation", "then": {
                "kind": "milestone", "at": 1, "reward": {"type": "badge", "name": "networker"}
            }}
        ]
    });
    let new = NewProgram {
        slug: slug.to_owned(),
        kind,
        settings: serde_json::from_value(settings).unwrap(),
    };
    let made = create_program(&server.app, &server.ctx(), project.id, new)
        .await
        .unwrap();
    activate_program(&server.app, &server.ctx(), project.id, made.id)
        .await
        .unwrap()
}

pub(super) async fn member(server: &TestApp, project: &Project, name: &str) -> Member {
    let new = NewMember {
        email: Some("anna@shop.example".to_owned()),
        name: Some(name.to_owned()),
        ..NewMember::default()
    };
    upsert_member(&server.app, &server.ctx(), project.id, new)
        .await
        .unwrap()
}

pub(super) async fn code(
    server: &TestApp,
    project: &Project,
    program: &Program,
    member: &Member,
) -> String {
    let ctx = server.ctx();
    let link = link_of_member(&server.app, &ctx, project.id, program.id, member.id);
    link.await.unwrap().code.text
}

async fn join(browser: &Browser, path: &str, email: &str) -> Sheet {
    let page = browser.get(path).await.expect(200);
    let form = page.form("").with("email", email).with("name", "Ben Fried");
    browser.submit(form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_friend_is_welcomed_joins_and_has_a_link_of_their_own() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let spring = program(&server, &project, "spring", ProgramKind::Referral, "Spring").await;
    let anna = member(&server, &project, "Anna Meyer").await;
    let code = code(&server, &project, &spring, &anna).await;
    let browser = server.browser();
    let path = format!("/shop/spring?code={code}");
    let page = browser.get(&path).await.expect(200);
    assert_eq!(page.heading(), "Spring");
    let words = page.words();
    for wanted in [
        "Anna Meyer invited you to",
        "200 credits",
        "Anna gets",
        "500 credits",
    ] {
        assert!(words.contains(wanted), "{wanted}: {words}");
    }
    let property = |name: &str| {
        page.attribute(&format!("meta[property=\"{name}\"]"), "content")
            .unwrap_or_default()
    };
    assert_eq!(property("og:title"), "Anna invited you to Spring");
    assert!(property("og:url").ends_with(&path));
    let image = property("og:image");
    let image = image.strip_prefix(&server.base).unwrap();
    assert_eq!(image, format!("/og/shop/spring/{code}.png"));

    let bad = join(&browser, &path, "no address").await.expect(422);
    assert!(bad.fault("email").unwrap().contains("e-mail"));
    assert_eq!(bad.form("").value("email"), Some("no address"));
    assert_eq!(bad.form("").value("name"), Some("Ben Fried"));
    assert_eq!(bad.form("").value("code"), Some(code.as_str()));

    let joined = join(&browser, &path, "ben@shop.example").await.expect(200);
    assert_eq!(joined.heading(), "You are in, Ben");
    let own = joined.all("#own-code").join("");
    assert_ne!(own, code);
    assert_eq!(
        joined.all("#own-link"),
        [format!("{}/i/{own}", server.base)]
    );
    assert!(joined.has(".scan svg"));
    let mail = joined.form("/me/sign-in/shop/spring");
    let sent = browser.submit(mail).await.expect(200);
    assert_eq!(sent.heading(), "Look into your mailbox");
    let link = server.mailed_link("ben@shop.example", "/me/enter/").await;
    assert!(link.ends_with("?program=spring"), "{link}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waitlist_tells_the_place() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    program(&server, &project, "early", ProgramKind::Waitlist, "Early").await;
    let browser = server.browser();
    join(&browser, "/shop/early", "one@shop.example")
        .await
        .expect(200);
    let second = join(&browser, "/shop/early", "two@shop.example")
        .await
        .expect(200);
    assert_eq!(second.all(".place strong"), ["2"]);
    assert!(second.words().contains("1 person is ahead of you."));
    let chinese = server.browser().in_chinese();
    let third = join(&chinese, "/shop/early", "three@shop.example")
        .await
        .expect(200);
    assert!(third.words().contains("你前面还有 2 人。"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_cannot_join_is_told_kindly_and_what_can_be_done() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let (app, ctx) = (&server.app, &server.ctx());
    let beta = program(&server, &project, "beta", ProgramKind::InviteOnly, "Beta").await;
    let anna = member(&server, &project, "Anna Meyer").await;
    let browser = server.browser();

    let gate = browser.get("/shop/beta").await.expect(200);
    assert!(gate.words().contains("By invitation only"));
    assert!(!gate.has("input[name=email]"), "the code comes first");
    let code = code(&server, &project, &beta, &anna).await;
    let through = gate.form("").with("code", &code.to_lowercase());
    let through = browser.submit(through).await.expect(200);
    assert!(through.has("input[name=email]"));

    let unknown = browser.get("/shop/beta?code=NOSUCH22").await.expect(200);
    assert!(unknown.words().contains("We do not know this code"));
    assert!(unknown.has("form input[name=code]"));

    let soon = CodePatch {
        max_uses: None,
        expires_at: Some(ctx.now() + TimeDelta::hours(1)),
    };
    update_code(app, ctx, project.id, &code, soon)
        .await
        .unwrap();
    server.advance(TimeDelta::hours(2));
    let late = browser.get(&format!("/shop/beta?code={code}")).await;
    assert!(late.words().contains("This invitation has expired"));
    assert!(late.words().contains("Ask Anna for a new one."));

    let new = NewCode {
        program: beta.id,
        owner: None,
        text: Some("SUMMER-FUN".to_owned()),
        single_use: false,
        max_uses: None,
        expires_at: None,
    };
    create_code(app, ctx, project.id, new).await.unwrap();
    revoke_code(app, ctx, project.id, "SUMMER-FUN")
        .await
        .unwrap();
    let gone = browser.get("/shop/beta?code=SUMMER-FUN").await.expect(200);
    assert!(gone.words().contains("This invitation was withdrawn"));

    pause_program(app, ctx, project.id, beta.id).await.unwrap();
    let paused = browser.get("/shop/beta").await.expect(200);
    assert!(paused.words().contains("Beta is taking a break"));
    assert!(!paused.has("main form"), "nothing to fill in for nothing");
    browser.get("/shop/nothing").await.expect(404);
}

/// What a link answers itself: it is outside the layers that give pages their headers.
async fn followed(browser: &Browser, code: &str) -> Sheet {
    let path = format!("/i/{code}");
    browser.once(reqwest::Method::GET, &path, &[], &[]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_leads_no_further_is_still_the_project_s() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let (app, ctx) = (&server.app, &server.ctx());
    let spring = program(&server, &project, "spring", ProgramKind::Referral, "Spring").await;
    let new = |text: &str, single_use| NewCode {
        program: spring.id,
        owner: None,
        text: Some(text.to_owned()),
        single_use,
        max_uses: None,
        expires_at: None,
    };
    for (text, single_use) in [("WITHDRAWN", false), ("ONLY-ONCE", true)] {
        create_code(app, ctx, project.id, new(text, single_use))
            .await
            .unwrap();
    }
    revoke_code(app, ctx, project.id, "WITHDRAWN")
        .await
        .unwrap();
    let browser = server.browser();
    join(&browser, "/shop/spring?code=ONLY-ONCE", "ben@shop.example")
        .await
        .expect(200);
    for (code, status, title) in [
        ("WITHDRAWN", 410, "This invitation was withdrawn"),
        ("ONLY-ONCE", 409, "This invitation is used up"),
    ] {
        let page = followed(&browser, code).await.expect(status);
        assert_eq!(page.heading(), title);
        assert!(page.all(".brand").join("").ends_with(&project.name));
        assert!(!page.words().contains("Inviter"), "{}", page.words());
        assert_eq!(page.links(), ["#content", "/me/sign-in/shop/spring"]);
    }
    let unknown = followed(&browser, "NOSUCH22").await.expect(404);
    assert_eq!(unknown.heading(), "We do not know this code");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chinese_sentences_follow_each_other_without_a_gap() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let spring = program(&server, &project, "spring", ProgramKind::Referral, "Spring").await;
    let anna = member(&server, &project, "Anna Meyer").await;
    let code = code(&server, &project, &spring, &anna).await;
    let page = server.browser().in_chinese();
    let page = page.get(&format!("/shop/spring?code={code}")).await;
    let text = page.expect(200).text;
    assert!(text.contains("不会提供给他人。邀请你的人"), "{text}");
    assert!(text.contains("已经加入？<a "), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_call_themselves_is_text() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    for (index, name) in SMUGGLED.iter().enumerate() {
        let slug = format!("spring-{index}");
        let made = program(&server, &project, &slug, ProgramKind::Referral, name).await;
        let anna = member(&server, &project, name).await;
        let code = code(&server, &project, &made, &anna).await;
        let browser = server.browser();
        // The browser itself fails on anything inline.
        let page = browser.get(&format!("/shop/{slug}?code={code}")).await;
        assert_eq!(
            page.expect(200).heading(),
            name.split_whitespace().collect::<Vec<_>>().join(" ")
        );
        let form = browser.get(&format!("/shop/{slug}")).await.form("");
        let kept = form.with("email", name).with("name", name);
        let kept = browser.submit(kept).await.expect(422);
        assert_eq!(kept.form("").value("name"), Some(*name));
        let typed = format!("/shop/{slug}?code={}", urlencoded(name));
        browser.get(&typed).await.expect(200);
    }
}

fn urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_link_has_a_picture() {
    let server = TestApp::start().await;
    let project = server.project("shop").await;
    let spring = program(&server, &project, "spring", ProgramKind::Referral, "Spring").await;
    let anna = member(&server, &project, "Anna Meyer 🎈").await;
    let code = code(&server, &project, &spring, &anna).await;
    let visitor = server.anonymous();
    for path in [
        format!("/og/shop/spring/{code}.png"),
        format!("/og/shop/spring/{code}.png?lang=zh"),
        "/og/shop/spring.png".to_owned(),
        format!("/i/{code}/qr.png"),
    ] {
        let picture = visitor.get(&path).await;
        assert_eq!(picture.status, 200, "{path}");
        assert_eq!(picture.headers["content-type"], "image/png", "{path}");
    }
    for path in [
        "/og/shop/nothing.png",
        "/og/shop/spring/code.svg",
        "/i/NOSUCH22/qr.png",
    ] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
}
