use domain::people::Role;
use inviter_testkit::{PASSWORD, TestApp};

use super::keys::MARKUP;

const OPERATORS: &str = "/console/operators";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_is_invited_comes_in_and_is_disabled() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let owner = server.owner_browser().await;
    let form = owner
        .get("/console/operators/new")
        .await
        .expect(200)
        .form("/operators/new");
    let empty = owner
        .submit(form.clone().with("name", "Ada"))
        .await
        .expect(422);
    assert!(empty.fault("email").is_some() && empty.fault("roles").is_some());
    assert_eq!(empty.form("/operators/new").value("name"), Some("Ada"));

    let filled = form
        .with("name", MARKUP)
        .with("email", "ada@inviter.example")
        .with("role", "finance")
        .with("where", "ours");
    let more = owner
        .submit(filled.clone().press("more", "yes"))
        .await
        .expect(200);
    let rows = more.form("/operators/new");
    assert_eq!(rows.values("role"), ["finance", ""]);
    let invited = owner.submit(rows).await.expect(200);
    assert!(invited.heading().contains(MARKUP), "{}", invited.heading());
    let twice = owner.submit(filled).await.expect(422);
    assert!(twice.has(".note.bad"), "the e-mail is taken");

    let link = server
        .mailed_link("ada@inviter.example", "/console/reset/")
        .await;
    let ada = server.browser();
    let choose = ada.get(&link).await.expect(200).form("");
    let short = ada
        .submit(choose.clone().with("password", "short"))
        .await
        .expect(422);
    assert!(short.fault("password").is_some());
    let inside = ada
        .submit(choose.with("password", PASSWORD))
        .await
        .expect(200);
    assert!(inside.path.starts_with("/console"), "{}", inside.path);
    ada.get("/console/ours/live/audit").await.expect(200);
    ada.get("/console/ours/live/keys").await.expect(403);
    ada.get(&link).await.expect(410);

    let page = owner.get(&invited.path).await.expect(200);
    owner.submit(page.form("/disable")).await.expect(200);
    let outside = ada.get("/console/ours/live/audit").await.expect(200);
    assert!(
        outside.path.starts_with("/console/sign-in"),
        "{}",
        outside.path
    );
    let page = owner.get(&invited.path).await.expect(200);
    owner.submit(page.form("/enable")).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_owner_stays_one() {
    let server = TestApp::start().await;
    let owner = server.owner_browser().await;
    let me = server.person(Role::Owner, None).await;
    let place = format!("{OPERATORS}/{}", me.id);
    let form = owner.get(&place).await.expect(200).form(&place);
    let refused = owner
        .submit(form.with("role", "analyst").with("name", "Ada"))
        .await
        .expect(422);
    assert!(refused.has(".note.bad"));
    let kept = refused.form(&place);
    assert_eq!(
        (kept.value("name"), kept.value("role")),
        (Some("Ada"), Some("analyst"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_shows_what_is_enforced() {
    let server = TestApp::start().await;
    let owner = server.owner_browser().await;
    let table = owner
        .get("/console/operators/permissions")
        .await
        .expect(200);
    let ticks = table.all(".tick").len();
    let permitted = domain::people::Permission::ALL.iter().map(|permission| {
        Role::ALL
            .iter()
            .filter(|role| role.permits(*permission))
            .count()
    });
    assert_eq!(ticks, permitted.sum::<usize>());
}
