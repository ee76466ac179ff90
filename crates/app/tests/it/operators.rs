use chrono::TimeDelta;
use domain::people::{Operator, Permission, Role, RoleAssignment};
use inviter_app::{
    authenticate_operator,
    operators::{
        NewOperator, OperatorPatch, create_operator, create_token, list_operators, list_tokens,
        permission_table, revoke_token, update_operator,
    },
};
use kernel::{Actor, Clock, Ctx, ExposeSecret, ProblemCode};

use crate::fixture::{Fixture, newest_audit, refusal, wrong_fields};

fn role(role: Role, project: Option<&str>) -> RoleAssignment {
    RoleAssignment {
        project: project.map(str::to_owned),
        role,
    }
}

fn person(email: &str, roles: Vec<RoleAssignment>) -> NewOperator {
    NewOperator {
        email: email.to_owned(),
        name: "Somebody".to_owned(),
        roles,
    }
}

async fn add(fixture: &Fixture, email: &str, of: Role) -> (Operator, Ctx) {
    let new = person(email, vec![role(of, None)]);
    let operator = create_operator(&fixture.app, &fixture.cli(), new)
        .await
        .unwrap();
    let ctx = fixture.as_actor(Actor::Operator(operator.id));
    (operator, ctx)
}

#[tokio::test]
async fn only_owners_add_and_change_operators() {
    let fixture = Fixture::new().await;
    let (_, owner) = add(&fixture, "owner@example.com", Role::Owner).await;
    let (admin, as_admin) = add(&fixture, "admin@example.com", Role::Admin).await;
    let new = || person("new@example.com", vec![role(Role::Owner, None)]);
    assert_eq!(
        refusal(create_operator(&fixture.app, &as_admin, new()).await),
        ProblemCode::Forbidden
    );
    let promoted = OperatorPatch {
        roles: Some(vec![role(Role::Owner, None)]),
        ..OperatorPatch::default()
    };
    let answer = update_operator(&fixture.app, &as_admin, admin.id, promoted).await;
    assert_eq!(refusal(answer), ProblemCode::Forbidden);
    assert!(create_operator(&fixture.app, &owner, new()).await.is_ok());
    assert_eq!(
        list_operators(&fixture.app, &as_admin).await.unwrap().len(),
        3
    );
    // An owner of one project does not own the installation.
    let local = person("local@example.com", vec![role(Role::Owner, Some("acme"))]);
    let local = create_operator(&fixture.app, &owner, local).await.unwrap();
    let local = fixture.as_actor(Actor::Operator(local.id));
    let another = person("another@example.com", vec![role(Role::Owner, None)]);
    assert_eq!(
        refusal(create_operator(&fixture.app, &local, another).await),
        ProblemCode::Forbidden
    );
    assert_eq!(
        refusal(newest_audit(&fixture, &local, None).await),
        ProblemCode::Forbidden
    );
    assert!(
        newest_audit(&fixture, &local, Some(fixture.id()))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_last_owner_stays() {
    let fixture = Fixture::new().await;
    let (owner, ctx) = add(&fixture, "owner@example.com", Role::Owner).await;
    let gone = OperatorPatch {
        disabled: Some(true),
        ..OperatorPatch::default()
    };
    let less = OperatorPatch {
        roles: Some(vec![role(Role::Admin, None)]),
        ..OperatorPatch::default()
    };
    let local = OperatorPatch {
        roles: Some(vec![role(Role::Owner, Some("acme"))]),
        ..OperatorPatch::default()
    };
    for patch in [&gone, &less, &local] {
        let answer = update_operator(&fixture.app, &ctx, owner.id, patch.clone()).await;
        assert_eq!(refusal(answer), ProblemCode::Conflict);
    }
    let (second, as_second) = add(&fixture, "second@example.com", Role::Owner).await;
    update_operator(&fixture.app, &as_second, owner.id, gone.clone())
        .await
        .unwrap();
    // A disabled owner is none, and may do nothing from this moment on.
    assert_eq!(
        refusal(update_operator(&fixture.app, &as_second, second.id, gone).await),
        ProblemCode::Conflict
    );
    assert_eq!(
        refusal(list_operators(&fixture.app, &ctx).await),
        ProblemCode::Forbidden
    );
    let back = OperatorPatch {
        disabled: Some(false),
        ..OperatorPatch::default()
    };
    let back = update_operator(&fixture.app, &as_second, owner.id, back)
        .await
        .unwrap();
    assert_eq!(back.disabled_at, None);
}

#[tokio::test]
async fn of_two_owners_who_remove_each_other_one_stays() {
    let fixture = Fixture::new().await;
    let (one, as_one) = add(&fixture, "one@example.com", Role::Owner).await;
    let (two, as_two) = add(&fixture, "two@example.com", Role::Owner).await;
    let gone = OperatorPatch {
        disabled: Some(true),
        ..OperatorPatch::default()
    };
    let (first, second) = tokio::join!(
        update_operator(&fixture.app, &as_one, two.id, gone.clone()),
        update_operator(&fixture.app, &as_two, one.id, gone),
    );
    assert_eq!(
        [first.is_ok(), second.is_ok()]
            .iter()
            .filter(|done| **done)
            .count(),
        1
    );
}

#[tokio::test]
async fn operators_are_checked() {
    let fixture = Fixture::new().await;
    let (app, cli) = (&fixture.app, &fixture.cli());
    let bad = NewOperator {
        email: "nobody".to_owned(),
        name: "\n".to_owned(),
        roles: vec![
            role(Role::Growth, Some("acme")),
            role(Role::Growth, Some("no-such")),
        ],
    };
    assert_eq!(
        wrong_fields(create_operator(app, cli, bad).await),
        ["email", "name", "name", "roles[1].project"]
    );
    let none = person("a@example.com", Vec::new());
    assert_eq!(
        wrong_fields(create_operator(app, cli, none).await),
        ["roles"]
    );
    add(&fixture, "a@example.com", Role::Owner).await;
    let again = person("A@Example.com", vec![role(Role::Owner, None)]);
    assert_eq!(
        refusal(create_operator(app, cli, again).await),
        ProblemCode::Conflict
    );
    let nobody = update_operator(app, cli, cli.id(), OperatorPatch::default()).await;
    assert_eq!(refusal(nobody), ProblemCode::NotFound);
}

#[tokio::test]
async fn a_token_signs_in_until_it_is_revoked_or_over() {
    let fixture = Fixture::new().await;
    let app = &fixture.app;
    let (anna, as_anna) = add(&fixture, "anna@example.com", Role::Support).await;
    let end = fixture.clock.now() + TimeDelta::days(1);
    let made = create_token(app, &as_anna, anna.id, "laptop", Some(end))
        .await
        .unwrap();
    let secret = made.secret.as_ref().unwrap().expose_secret().to_owned();
    assert!(secret.starts_with("inv_op_"));
    let known = authenticate_operator(app, &fixture.cli(), &secret)
        .await
        .unwrap();
    assert_eq!(known.id, anna.id);
    revoke_token(app, &as_anna, anna.id, made.token.id)
        .await
        .unwrap();
    let late = authenticate_operator(app, &fixture.cli(), &secret).await;
    assert_eq!(refusal(late), ProblemCode::Unauthenticated);
    let tokens = list_tokens(app, &as_anna, anna.id).await.unwrap();
    assert_eq!(tokens[0].revoked_at, Some(fixture.clock.now()));
    let second = create_token(app, &as_anna, anna.id, "phone", Some(end))
        .await
        .unwrap();
    fixture.clock.advance(TimeDelta::days(1));
    let secret = second.secret.unwrap();
    let late = authenticate_operator(app, &fixture.cli(), secret.expose_secret()).await;
    assert_eq!(refusal(late), ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn a_disabled_operators_token_opens_nothing_at_once() {
    let fixture = Fixture::new().await;
    let app = &fixture.app;
    add(&fixture, "owner@example.com", Role::Owner).await;
    let (anna, as_anna) = add(&fixture, "anna@example.com", Role::Support).await;
    let made = create_token(app, &as_anna, anna.id, "laptop", None)
        .await
        .unwrap();
    let secret = made.secret.unwrap();
    authenticate_operator(app, &fixture.cli(), secret.expose_secret())
        .await
        .unwrap();
    let gone = OperatorPatch {
        disabled: Some(true),
        ..OperatorPatch::default()
    };
    update_operator(app, &fixture.cli(), anna.id, gone)
        .await
        .unwrap();
    let late = authenticate_operator(app, &fixture.cli(), secret.expose_secret()).await;
    assert_eq!(refusal(late), ProblemCode::Unauthenticated);
    assert_eq!(
        refusal(create_token(app, &as_anna, anna.id, "new", None).await),
        ProblemCode::Forbidden
    );
}

#[tokio::test]
async fn tokens_are_a_matter_of_their_operator_and_of_owners() {
    let fixture = Fixture::new().await;
    let app = &fixture.app;
    let (_, owner) = add(&fixture, "owner@example.com", Role::Owner).await;
    let (anna, as_anna) = add(&fixture, "anna@example.com", Role::Support).await;
    let (bert, as_bert) = add(&fixture, "bert@example.com", Role::Admin).await;
    let token = create_token(app, &as_anna, anna.id, "laptop", None)
        .await
        .unwrap()
        .token;
    assert_eq!(
        refusal(create_token(app, &as_bert, anna.id, "x", None).await),
        ProblemCode::Forbidden
    );
    assert_eq!(
        refusal(revoke_token(app, &as_bert, anna.id, token.id).await),
        ProblemCode::Forbidden
    );
    assert_eq!(
        refusal(list_tokens(app, &as_anna, bert.id).await),
        ProblemCode::Forbidden
    );
    // A token is named together with its operator.
    assert_eq!(
        refusal(revoke_token(app, &owner, bert.id, token.id).await),
        ProblemCode::NotFound
    );
    assert!(revoke_token(app, &owner, anna.id, token.id).await.is_ok());
}

#[test]
fn the_table_names_every_permission_and_says_who_has_it() {
    let table = permission_table();
    assert_eq!(table.lines().count(), Permission::ALL.len() + 2);
    let line = table
        .lines()
        .find(|line| line.contains("`operators:write`"))
        .unwrap();
    assert_eq!(line.matches('✓').count(), 1);
    let columns = |line: &str| line.matches('|').count();
    assert!(
        table
            .lines()
            .all(|line| columns(line) == Role::ALL.len() + 3),
        "{table}"
    );
}
