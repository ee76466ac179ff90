use domain::log::Fact;
use inviter_app::{
    coupons::{Added, NewPool, add_coupons, create_pool, list_pools},
    members::{NewMember, find_member, get_member, list_members, member_overview, upsert_member},
};
use kernel::{PageRequest, ProblemCode};
use serde_json::json;

use crate::fixture::{Fixture, refusal, wrong_fields};

fn person(external_id: Option<&str>, email: Option<&str>, name: Option<&str>) -> NewMember {
    NewMember {
        external_id: external_id.map(str::to_owned),
        email: email.map(str::to_owned),
        name: name.map(str::to_owned),
        locale: None,
    }
}

#[tokio::test]
async fn a_member_is_one_by_id_and_by_mail() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let head = app.store().read().log_head().await.unwrap();
    let first = upsert_member(
        app,
        ctx,
        project,
        person(None, Some("Anna@Example.com"), None),
    )
    .await
    .unwrap();
    let same = person(Some("7"), Some("anna@example.com"), Some("Anna"));
    let same = upsert_member(app, ctx, project, same).await.unwrap();
    assert_eq!(same.id, first.id);
    assert_eq!(
        (same.external_id.as_deref(), same.name.as_deref()),
        (Some("7"), Some("Anna"))
    );
    // What is given wins, what is absent stays.
    let moved = upsert_member(
        app,
        ctx,
        project,
        person(Some("7"), Some("new@example.com"), None),
    )
    .await
    .unwrap();
    assert_eq!(
        (moved.id, moved.email.as_deref()),
        (first.id, Some("new@example.com"))
    );
    assert_eq!(moved.name.as_deref(), Some("Anna"));
    assert_eq!(find_member(app, ctx, project, "7").await.unwrap(), moved);
    assert_eq!(
        get_member(app, ctx, project, first.id).await.unwrap(),
        moved
    );
    let facts = app.store().read().log_after(head, 10).await.unwrap();
    assert_eq!(facts.len(), 1, "a member is created once");
    assert_eq!(facts[0].facts, [Fact::MemberCreated { member: first.id }]);
}

#[tokio::test]
async fn two_members_do_not_become_one() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    upsert_member(
        app,
        ctx,
        project,
        person(Some("1"), Some("one@example.com"), None),
    )
    .await
    .unwrap();
    upsert_member(
        app,
        ctx,
        project,
        person(Some("2"), Some("two@example.com"), None),
    )
    .await
    .unwrap();
    let both = upsert_member(
        app,
        ctx,
        project,
        person(Some("1"), Some("two@example.com"), None),
    )
    .await;
    assert_eq!(refusal(both), ProblemCode::Conflict);
    let taken = upsert_member(
        app,
        ctx,
        project,
        person(Some("3"), Some("two@example.com"), None),
    )
    .await;
    assert_eq!(refusal(taken), ProblemCode::Conflict);
}

#[tokio::test]
async fn members_are_checked() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let nobody = upsert_member(app, ctx, project, NewMember::default()).await;
    assert_eq!(wrong_fields(nobody), ["external_id"]);
    let new = NewMember {
        locale: Some("fr".to_owned()),
        ..person(Some(""), Some("x"), Some(""))
    };
    let odd = upsert_member(app, ctx, project, new).await;
    assert_eq!(
        wrong_fields(odd),
        ["external_id", "email", "name", "locale"]
    );
}

#[tokio::test]
async fn members_of_another_project_are_not_found() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await.id;
    let (app, ctx) = (&fixture.app, &fixture.cli());
    let anna = fixture.member("anna").await;
    assert_eq!(
        refusal(get_member(app, ctx, other, anna.id).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(find_member(app, ctx, other, "anna").await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(member_overview(app, ctx, other, anna.id).await),
        ProblemCode::NotFound
    );
    let page = PageRequest::new(None, None);
    assert!(
        list_members(app, ctx, other, None, page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        list_members(app, ctx, fixture.id(), Some("ann"), page)
            .await
            .unwrap()
            .items,
        [anna]
    );
    assert!(
        list_members(app, ctx, fixture.id(), Some("nna"), page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn an_overview_adds_up_what_a_member_has() {
    let reward = json!({ "type": "units", "unit": "credits", "amount": 500 });
    let rule = |key: &str, hold: u32| json!({ "key": key, "on": "signup", "then": { "kind": "fixed", "to": "inviter", "reward": reward }, "hold_days": hold });
    let fixture = Fixture::with(json!({ "rules": [rule("now", 0), rule("later", 30)] })).await;
    let anna = fixture.member("anna").await;
    let code = fixture.code(&anna).await;
    fixture.signup(&code, "bert").await.unwrap();
    let overview = member_overview(&fixture.app, &fixture.cli(), fixture.id(), anna.id)
        .await
        .unwrap();
    let balance = &overview.balances[0];
    assert_eq!(
        (balance.available.0, balance.held.0, balance.debt.0),
        (500, 500, 0)
    );
    let (program, standing) = &overview.standings[0];
    assert_eq!((*program, standing.registered), (fixture.program.id, 1));
    assert_eq!(fixture.balances(&anna).await, overview.balances);
}

#[tokio::test]
async fn a_pool_takes_each_coupon_once() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let pool = |slug: &str, pattern: Option<&str>| NewPool {
        slug: slug.to_owned(),
        pattern: pattern.map(str::to_owned),
    };
    create_pool(app, ctx, project, pool("gifts", None))
        .await
        .unwrap();
    create_pool(app, ctx, project, pool("made", Some("X-######")))
        .await
        .unwrap();
    assert_eq!(
        wrong_fields(create_pool(app, ctx, project, pool("bad", Some("X-##"))).await),
        ["pattern"]
    );
    let again = create_pool(app, ctx, project, pool("gifts", None)).await;
    assert_eq!(refusal(again), ProblemCode::Conflict);
    let codes = |codes: &[&str]| {
        codes
            .iter()
            .map(|code| (*code).to_owned())
            .collect::<Vec<_>>()
    };
    let added = add_coupons(app, ctx, project, "gifts", codes(&["A", "B", "A", " B "]))
        .await
        .unwrap();
    assert_eq!(
        added,
        Added {
            added: 2,
            duplicates: 2
        }
    );
    let added = add_coupons(app, ctx, project, "gifts", codes(&["B", "C"]))
        .await
        .unwrap();
    assert_eq!(
        added,
        Added {
            added: 1,
            duplicates: 1
        }
    );
    let left: Vec<_> = list_pools(app, ctx, project)
        .await
        .unwrap()
        .into_iter()
        .map(|pool| pool.left)
        .collect();
    assert_eq!(left, [Some(3), None]);
    let made = add_coupons(app, ctx, project, "made", codes(&["D"])).await;
    assert_eq!(refusal(made), ProblemCode::Conflict);
    let other = fixture.project("shop").await.id;
    let there = add_coupons(app, ctx, other, "gifts", codes(&["D"])).await;
    assert_eq!(refusal(there), ProblemCode::NotFound);
    let odd = add_coupons(app, ctx, project, "gifts", codes(&["E", ""])).await;
    assert_eq!(wrong_fields(odd), ["codes[1]"]);
    let too_many = add_coupons(app, ctx, project, "gifts", vec!["F".to_owned(); 10_001]).await;
    assert_eq!(refusal(too_many), ProblemCode::PayloadTooLarge);
}
