//! Which pages open to whom.

use domain::people::{Permission as P, Role};
use inviter_testkit::TestApp;

/// Pages of a project, and what they need.
const OF_A_PROJECT: [(&str, P); 7] = [
    ("", P::StatsRead),
    ("/keys", P::KeysRead),
    ("/keys/new", P::KeysWrite),
    ("/webhooks", P::WebhooksRead),
    ("/webhooks/new", P::WebhooksWrite),
    ("/audit", P::AuditRead),
    ("/audit/export.csv", P::AuditRead),
];
/// Pages of the installation, and what they need.
const OF_ALL: [(&str, P); 4] = [
    ("/console/operators", P::OperatorsRead),
    ("/console/operators/permissions", P::OperatorsRead),
    ("/console/operators/new", P::OperatorsWrite),
    ("/console/audit", P::AuditRead),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_opens_what_the_table_says() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    server.project("theirs").await;
    for role in Role::ALL {
        let here = server.operator_browser(role, Some(&ours)).await;
        for (page, needed) in OF_A_PROJECT {
            let wanted = if role.permits(needed) { 200 } else { 403 };
            for mode in ["live", "test"] {
                let sheet = here.get(&format!("/console/ours/{mode}{page}")).await;
                assert_eq!(sheet.status, wanted, "{role:?} {mode} {page}");
            }
            let other = here.get(&format!("/console/theirs/live{page}")).await;
            assert_eq!(other.status, 404, "{role:?} of another project {page}");
        }
        for (page, _) in OF_ALL {
            assert_eq!(
                here.get(page).await.status,
                403,
                "{role:?} of a project {page}"
            );
        }
        here.get("/console/account").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_installation_s_pages_open_to_whoever_has_a_role_everywhere() {
    let server = TestApp::start().await;
    for role in Role::ALL {
        let browser = server.operator_browser(role, None).await;
        for (page, needed) in OF_ALL {
            let wanted = if role.permits(needed) { 200 } else { 403 };
            assert_eq!(browser.get(page).await.status, wanted, "{role:?} {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_out_opens_nothing() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let browser = server.browser();
    let of_a_project = OF_A_PROJECT.map(|(page, _)| format!("/console/ours/live{page}"));
    let of_all = OF_ALL.map(|(page, _)| page.to_owned());
    for page in of_a_project.into_iter().chain(of_all) {
        let sheet = browser.get(&page).await.expect(200);
        assert!(
            sheet.path.starts_with("/console/sign-in?next="),
            "{page}: {}",
            sheet.path
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_nowhere_is_a_page_for_people_and_a_problem_for_programs() {
    let server = TestApp::start().await;
    server.project("ours").await;
    let owner = server.owner_browser().await;
    let (stranger, program) = (server.browser(), server.anonymous());
    for path in [
        "/nonsense",
        "/console/",
        "/console/ours",
        "/console/ours/live/nonsense",
        "/console/one/two/three/four",
        "/me/nonsense",
        "/assets",
    ] {
        for browser in [&stranger, &owner] {
            let sheet = browser.get(path).await.expect(404);
            assert!(sheet.has("main h1"), "{path}: {}", sheet.text);
        }
        program.get(path).await.expect_problem(404, "not_found");
    }
    let sheet = stranger.get("/preferences").await.expect(405);
    assert!(sheet.has("main h1"), "{}", sheet.text);
    let answer = program.get("/preferences").await;
    answer.expect_problem(405, "method_not_allowed");
}
