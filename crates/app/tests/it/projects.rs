use domain::{
    people::{Permission, Role, RoleAssignment},
    projects::{Mode, ProjectSettings, TokenAlgorithm, TokenKey},
};
use inviter_app::{
    keys::{NewKey, create_key},
    operators::{NewOperator, create_operator},
    projects::{
        NewProject, ProjectPatch, create_project, find_project, get_project, list_projects,
        update_project,
    },
};
use kernel::{Actor, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, newest_audit, refusal, wrong_fields},
    me::{EC_PUBLIC, ED_PRIVATE, ED_PUBLIC},
};

fn named(slug: &str) -> NewProject {
    NewProject {
        slug: slug.to_owned(),
        name: "A name".to_owned(),
    }
}

fn key(kid: Option<&str>, algorithm: TokenAlgorithm, key: &str) -> TokenKey {
    TokenKey {
        kid: kid.map(str::to_owned),
        algorithm,
        key: key.to_owned(),
    }
}

fn tokens(member_tokens: Vec<TokenKey>) -> ProjectPatch {
    let settings = ProjectSettings { member_tokens };
    ProjectPatch {
        settings: Some(settings),
        name: None,
    }
}

#[tokio::test]
async fn a_project_has_two_tenants_under_one_slug() {
    let fixture = Fixture::new().await;
    let live = create_project(&fixture.app, &fixture.cli(), named("shop"))
        .await
        .unwrap();
    assert_eq!(live.mode, Mode::Live);
    let test = find_project(&fixture.app, "shop", Mode::Test)
        .await
        .unwrap();
    assert_ne!(test.id, live.id);
    let slugs: Vec<_> = list_projects(&fixture.app, &fixture.cli()).await.unwrap();
    let slugs: Vec<_> = slugs
        .iter()
        .map(|project| (project.slug.as_str(), project.mode))
        .collect();
    assert_eq!(
        slugs,
        [
            ("acme", Mode::Live),
            ("acme", Mode::Test),
            ("shop", Mode::Live),
            ("shop", Mode::Test)
        ]
    );
}

#[tokio::test]
async fn a_project_that_was_looked_for_before_it_was_made_is_found() {
    let fixture = Fixture::new().await;
    let early = find_project(&fixture.app, "shop", Mode::Live).await;
    assert_eq!(refusal(early), ProblemCode::NotFound);
    let made = fixture.project("shop").await;
    assert_eq!(
        find_project(&fixture.app, "shop", Mode::Live)
            .await
            .unwrap()
            .id,
        made.id
    );
}

#[tokio::test]
async fn slugs_are_unique_and_some_are_kept() {
    let fixture = Fixture::new().await;
    for slug in [
        "api", "console", "me", "livez", "assets", "join", "i", "Acme", "-acme", "a b",
    ] {
        let answer = create_project(&fixture.app, &fixture.cli(), named(slug)).await;
        assert_eq!(wrong_fields(answer), ["slug"], "{slug}");
    }
    let again = create_project(&fixture.app, &fixture.cli(), named("acme")).await;
    assert_eq!(refusal(again), ProblemCode::Conflict);
}

#[tokio::test]
async fn the_same_request_twice_makes_one_project() {
    let fixture = Fixture::new().await;
    let ctx = fixture.keyed("k1", "body");
    let first = create_project(&fixture.app, &ctx, named("shop"))
        .await
        .unwrap();
    let second = create_project(&fixture.app, &ctx, named("shop"))
        .await
        .unwrap();
    assert_eq!(first, second);
    let other = create_project(
        &fixture.app,
        &fixture.keyed("k1", "another body"),
        named("shop2"),
    )
    .await;
    assert_eq!(refusal(other), ProblemCode::IdempotencyConflict);
    assert_eq!(
        list_projects(&fixture.app, &fixture.cli())
            .await
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn settings_that_cannot_work_are_told_at_once() {
    let fixture = Fixture::new().await;
    let settings = ProjectSettings {
        member_tokens: vec![
            key(Some("a"), TokenAlgorithm::HS256, "too short"),
            key(Some("b"), TokenAlgorithm::HS256, ED_PUBLIC),
            key(Some("c"), TokenAlgorithm::EdDSA, EC_PUBLIC),
            key(Some("d"), TokenAlgorithm::EdDSA, ED_PRIVATE),
            key(Some("e"), TokenAlgorithm::ES256, "no PEM"),
            key(Some("f"), TokenAlgorithm::ES256, EC_PUBLIC),
            key(Some("f"), TokenAlgorithm::ES256, EC_PUBLIC),
        ],
    };
    let patch = ProjectPatch {
        settings: Some(settings),
        name: Some(" ".to_owned()),
    };
    let answer = update_project(&fixture.app, &fixture.cli(), fixture.id(), patch).await;
    assert_eq!(
        wrong_fields(answer),
        [
            "name",
            "settings.member_tokens[0].key",
            "settings.member_tokens[1].key",
            "settings.member_tokens[2].key",
            "settings.member_tokens[3].key",
            "settings.member_tokens[4].key",
            "settings.member_tokens[6].kid",
        ]
    );
}

#[tokio::test]
async fn shared_secrets_are_kept_and_not_shown() {
    let fixture = Fixture::new().await;
    let secret = "0123456789abcdef0123456789abcdef";
    let patch = tokens(vec![key(Some("a"), TokenAlgorithm::HS256, secret)]);
    let shown = update_project(&fixture.app, &fixture.cli(), fixture.id(), patch)
        .await
        .unwrap();
    assert_eq!(shown.settings.member_tokens[0].key, "");
    assert_eq!(
        get_project(&fixture.app, &fixture.cli(), fixture.id())
            .await
            .unwrap(),
        shown
    );
    assert_eq!(
        list_projects(&fixture.app, &fixture.cli()).await.unwrap()[0],
        shown
    );
    // What was shown can be sent back.
    let patch = ProjectPatch {
        settings: Some(shown.settings),
        name: Some("Other".to_owned()),
    };
    update_project(&fixture.app, &fixture.cli(), fixture.id(), patch)
        .await
        .unwrap();
    let kept = find_project(&fixture.app, "acme", Mode::Live)
        .await
        .unwrap();
    assert_eq!(
        (
            kept.name.as_str(),
            kept.settings.member_tokens[0].key.as_str()
        ),
        ("Other", secret)
    );
    let entries = newest_audit(&fixture, &fixture.cli(), None).await.unwrap();
    assert!(
        entries
            .iter()
            .any(|entry| entry.action == "project.updated")
    );
    assert!(
        !entries
            .iter()
            .any(|entry| entry.detail.to_string().contains(secret))
    );
    // One of another name has no secret to keep.
    let patch = tokens(vec![key(Some("b"), TokenAlgorithm::HS256, "")]);
    let answer = update_project(&fixture.app, &fixture.cli(), fixture.id(), patch).await;
    assert_eq!(wrong_fields(answer), ["settings.member_tokens[0].key"]);
}

#[tokio::test]
async fn an_operator_sees_the_projects_of_their_roles() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await;
    let role = RoleAssignment {
        project: Some("acme".to_owned()),
        role: Role::Growth,
    };
    let new = NewOperator {
        email: "g@example.com".to_owned(),
        name: "G".to_owned(),
        roles: vec![role],
    };
    let growth = create_operator(&fixture.app, &fixture.cli(), new)
        .await
        .unwrap();
    let growth = fixture.as_actor(Actor::Operator(growth.id));
    let seen = list_projects(&fixture.app, &growth).await.unwrap();
    assert!(seen.len() == 2 && seen.iter().all(|project| project.slug == "acme"));
    assert!(
        get_project(&fixture.app, &growth, fixture.id())
            .await
            .is_ok()
    );
    assert_eq!(
        refusal(get_project(&fixture.app, &growth, other.id).await),
        ProblemCode::NotFound
    );
    let patch = ProjectPatch::default();
    let write = update_project(&fixture.app, &growth, fixture.id(), patch).await;
    assert_eq!(refusal(write), ProblemCode::Forbidden);
    assert_eq!(
        refusal(create_project(&fixture.app, &growth, named("new")).await),
        ProblemCode::Forbidden
    );
}

#[tokio::test]
async fn a_key_sees_its_own_project_and_members_see_none() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await;
    let new = NewKey {
        name: "k".to_owned(),
        scopes: vec![Permission::ProjectsRead],
        expires_at: None,
    };
    let made = create_key(&fixture.app, &fixture.cli(), fixture.id(), new)
        .await
        .unwrap();
    let holder = fixture.as_actor(Actor::Key(made.key.id));
    let seen = list_projects(&fixture.app, &holder).await.unwrap();
    assert_eq!(
        seen.iter().map(|project| project.id).collect::<Vec<_>>(),
        [fixture.id()]
    );
    assert_eq!(
        refusal(get_project(&fixture.app, &holder, other.id).await),
        ProblemCode::NotFound
    );
    let patch = ProjectPatch::default();
    let write = update_project(&fixture.app, &holder, fixture.id(), patch).await;
    assert_eq!(refusal(write), ProblemCode::Forbidden);

    let nobody = fixture.as_actor(Actor::Anonymous);
    assert_eq!(
        refusal(list_projects(&fixture.app, &nobody).await),
        ProblemCode::Unauthenticated
    );
    let member = fixture.as_actor(Actor::Member(fixture.member("m").await.id));
    assert_eq!(
        refusal(list_projects(&fixture.app, &member).await),
        ProblemCode::Forbidden
    );
}

#[tokio::test]
async fn what_was_done_is_in_the_trail_and_in_the_log() {
    let fixture = Fixture::new().await;
    let head = fixture.app.store().read().log_head().await.unwrap();
    let patch = ProjectPatch {
        name: Some("Acme Inc.".to_owned()),
        settings: None,
    };
    update_project(&fixture.app, &fixture.cli(), fixture.id(), patch)
        .await
        .unwrap();
    let entries = newest_audit(&fixture, &fixture.cli(), Some(fixture.id())).await;
    let entry = entries.unwrap().swap_remove(0);
    assert_eq!(
        (entry.actor.as_str(), entry.action.as_str()),
        ("cli", "project.updated")
    );
    assert_eq!(entry.detail["name"], json!("Acme Inc."));
    let log = fixture
        .app
        .store()
        .read()
        .log_after(head, 10)
        .await
        .unwrap();
    assert_eq!(log[0].facts[0].kind(), "project.changed");
    let report = inviter_app::audit::verify_audit(&fixture.app, &fixture.cli())
        .await
        .unwrap();
    assert_eq!(report.broken_at, None);
    assert_eq!(i64::try_from(report.intact).unwrap(), entry.seq);
}
