use chrono::TimeDelta;
use domain::people::{Permission, Role, RoleAssignment};
use inviter_app::{
    authenticate_key,
    codes::list_codes,
    followers,
    keys::{KeyWithSecret, NewKey, create_key, list_keys, revoke_key, rotate_key},
    operators::{NewOperator, create_operator},
};
use kernel::{Actor, Clock, Ctx, ExposeSecret, PageRequest, ProblemCode};
use store::CodeFilter;

use crate::fixture::{Fixture, refusal, wrong_fields};

fn key(scopes: &[Permission]) -> NewKey {
    NewKey {
        name: "backend".to_owned(),
        scopes: scopes.to_vec(),
        expires_at: None,
    }
}

async fn make(fixture: &Fixture, scopes: &[Permission]) -> (KeyWithSecret, Ctx) {
    let made = create_key(&fixture.app, &fixture.cli(), fixture.id(), key(scopes))
        .await
        .unwrap();
    let ctx = fixture.as_actor(Actor::Key(made.key.id));
    (made, ctx)
}

fn secret(made: &KeyWithSecret) -> String {
    made.secret
        .as_ref()
        .expect("it is shown once")
        .expose_secret()
        .to_owned()
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say_in_its_project_only() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await;
    let (made, _) = make(&fixture, &[Permission::CodesRead]).await;
    let text = secret(&made);
    assert!(
        text.starts_with("inv_live_") && text.len() == "inv_live_".len() + 39,
        "{text}"
    );
    assert!(text.starts_with(&made.key.hint) && made.key.hint.len() == 13);
    let known = authenticate_key(&fixture.app, &fixture.cli(), &text)
        .await
        .unwrap();
    let ctx = fixture.as_actor(Actor::Key(known.id));
    let page = PageRequest::new(None, None);
    let all = CodeFilter::default;
    assert!(
        list_codes(&fixture.app, &ctx, fixture.id(), all(), page)
            .await
            .is_ok()
    );
    assert_eq!(
        refusal(list_codes(&fixture.app, &ctx, other.id, all(), page).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(list_keys(&fixture.app, &ctx, fixture.id(), page).await),
        ProblemCode::Forbidden
    );
    let wrong = authenticate_key(&fixture.app, &fixture.cli(), &format!("{text}x")).await;
    assert_eq!(refusal(wrong), ProblemCode::Unauthenticated);
    let rehearsal = fixture.rehearsal().await;
    let made = create_key(
        &fixture.app,
        &fixture.cli(),
        rehearsal.id,
        key(&[Permission::CodesRead]),
    )
    .await
    .unwrap();
    assert!(secret(&made).starts_with("inv_test_"));
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have() {
    let fixture = Fixture::new().await;
    let (app, project) = (&fixture.app, fixture.id());
    let (_, ctx) = make(&fixture, &[Permission::KeysWrite, Permission::CodesRead]).await;
    let more = create_key(
        app,
        &ctx,
        project,
        key(&[Permission::CodesRead, Permission::LedgerSpend]),
    )
    .await;
    assert_eq!(refusal(more), ProblemCode::Forbidden);
    let same = create_key(
        app,
        &ctx,
        project,
        key(&[Permission::CodesRead, Permission::KeysWrite]),
    )
    .await;
    assert!(same.is_ok());
    // Nor do they get it by rotating somebody else's key.
    let (strong, _) = make(&fixture, &[Permission::LedgerSpend]).await;
    let rotated = rotate_key(app, &ctx, project, strong.key.id, 0).await;
    assert_eq!(refusal(rotated), ProblemCode::Forbidden);
    let role = RoleAssignment {
        project: None,
        role: Role::Developer,
    };
    let new = NewOperator {
        email: "d@example.com".to_owned(),
        name: "D".to_owned(),
        roles: vec![role],
    };
    let developer = create_operator(app, &fixture.cli(), new).await.unwrap();
    let developer = fixture.as_actor(Actor::Operator(developer.id));
    let more = create_key(app, &developer, project, key(&[Permission::RewardsApprove])).await;
    assert_eq!(refusal(more), ProblemCode::Forbidden);
    assert!(
        create_key(app, &developer, project, key(&[Permission::EventsWrite]))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_at_once() {
    let fixture = Fixture::new().await;
    let (app, cli, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let (made, ctx) = make(&fixture, &[Permission::CodesRead]).await;
    let page = PageRequest::new(None, None);
    authenticate_key(app, cli, &secret(&made)).await.unwrap();
    list_codes(app, &ctx, project, CodeFilter::default(), page)
        .await
        .unwrap();
    let revoked = revoke_key(app, cli, project, made.key.id).await.unwrap();
    assert_eq!(revoked.revoked_at, Some(fixture.clock.now()));
    assert_eq!(
        refusal(authenticate_key(app, cli, &secret(&made)).await),
        ProblemCode::Unauthenticated
    );
    let read = list_codes(app, &ctx, project, CodeFilter::default(), page).await;
    assert_eq!(refusal(read), ProblemCode::Forbidden);
    fixture.clock.advance(TimeDelta::hours(1));
    assert_eq!(
        revoke_key(app, cli, project, made.key.id).await.unwrap(),
        revoked
    );
    assert_eq!(
        refusal(rotate_key(app, cli, project, made.key.id, 1).await),
        ProblemCode::InvalidTransition
    );
}

/// Neither where the key was known by its secret alone: nothing that is asked for with it may have looked it up by its id.
#[tokio::test]
async fn a_key_that_another_process_revoked_opens_nothing() {
    let fixture = Fixture::new().await;
    let (cli, project) = (&fixture.cli(), fixture.id());
    let (made, _) = make(&fixture, &[Permission::CodesRead]).await;
    let (beside, _tasks) = fixture.beside().await;
    authenticate_key(&beside, cli, &secret(&made))
        .await
        .unwrap();
    revoke_key(&fixture.app, cli, project, made.key.id)
        .await
        .unwrap();
    let watch = followers::watch(&beside);
    for entry in beside.store().read().log_after(0, 500).await.unwrap() {
        watch.see(&entry);
    }
    assert_eq!(
        refusal(authenticate_key(&beside, cli, &secret(&made)).await),
        ProblemCode::Unauthenticated
    );
}

#[tokio::test]
async fn after_a_rotation_the_old_key_goes_on_for_the_overlap() {
    let fixture = Fixture::new().await;
    let (app, cli, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let (old, _) = make(&fixture, &[Permission::CodesRead]).await;
    authenticate_key(app, cli, &secret(&old)).await.unwrap();
    let new = rotate_key(app, cli, project, old.key.id, 24).await.unwrap();
    assert_ne!(secret(&new), secret(&old));
    assert_eq!(
        (&new.key.scopes, &new.key.name),
        (&old.key.scopes, &old.key.name)
    );
    fixture.clock.advance(TimeDelta::hours(23));
    assert!(
        authenticate_key(app, &fixture.cli(), &secret(&old))
            .await
            .is_ok()
    );
    fixture.clock.advance(TimeDelta::hours(1));
    let late = authenticate_key(app, &fixture.cli(), &secret(&old)).await;
    assert_eq!(refusal(late), ProblemCode::Unauthenticated);
    assert!(
        authenticate_key(app, &fixture.cli(), &secret(&new))
            .await
            .is_ok()
    );
    let long = rotate_key(app, cli, project, new.key.id, 721).await;
    assert_eq!(wrong_fields(long), ["overlap_hours"]);
}

#[tokio::test]
async fn a_request_that_comes_again_makes_no_second_key_and_shows_no_secret() {
    let fixture = Fixture::new().await;
    let (app, project, ctx) = (&fixture.app, fixture.id(), fixture.keyed("k", "a"));
    let first = create_key(app, &ctx, project, key(&[Permission::CodesRead]))
        .await
        .unwrap();
    let again = create_key(app, &ctx, project, key(&[Permission::CodesRead]))
        .await
        .unwrap();
    assert!(first.secret.is_some() && again.secret.is_none());
    assert_eq!(first.key, again.key);
    let other = create_key(
        app,
        &fixture.keyed("k", "b"),
        project,
        key(&[Permission::CodesRead]),
    )
    .await;
    assert_eq!(refusal(other), ProblemCode::IdempotencyConflict);
    let page = list_keys(app, &fixture.cli(), project, PageRequest::new(None, None))
        .await
        .unwrap();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn keys_of_another_project_are_not_found() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await.id;
    let (app, cli) = (&fixture.app, &fixture.cli());
    let (made, _) = make(&fixture, &[Permission::CodesRead]).await;
    assert_eq!(
        refusal(revoke_key(app, cli, other, made.key.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(rotate_key(app, cli, other, made.key.id, 1).await),
        ProblemCode::NotFound
    );
    assert!(
        list_keys(app, cli, other, PageRequest::new(None, None))
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(authenticate_key(app, cli, &secret(&made)).await.is_ok());
}

#[tokio::test]
async fn a_key_says_what_it_is_for() {
    let fixture = Fixture::new().await;
    let new = NewKey {
        name: String::new(),
        scopes: Vec::new(),
        expires_at: Some(fixture.clock.now()),
    };
    let answer = create_key(&fixture.app, &fixture.cli(), fixture.id(), new).await;
    assert_eq!(wrong_fields(answer), ["name", "scopes", "expires_at"]);
}
