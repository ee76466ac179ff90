//! Every operation of the API, asked for by everybody, against the table of what it needs.

use std::collections::BTreeSet;

use domain::people::{Permission, Role};
use inviter_testkit::{Client, TestApp};
use serde_json::{Value, json};

use crate::{
    members::{let_members_in, member},
    operations::{Needs, Operation, TABLE, Things, name_member, nothing},
};

/// What an operation with no other thing than these is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Unauthenticated,
    Forbidden,
    LetIn,
}

/// Sends every operation, and compares.
async fn walk(who: &str, client: &Client, things: &Things, expected: impl Fn(Needs) -> Answer) {
    let mut wrong = Vec::new();
    for operation in Operation::all() {
        let reply = operation
            .ask(client, &operation.request(things, true))
            .await;
        let answer = match reply.status {
            401 => Answer::Unauthenticated,
            403 => Answer::Forbidden,
            _ => Answer::LetIn,
        };
        let wanted = expected(operation.needs());
        if answer != wanted || reply.status >= 500 {
            wrong.push(format!("{}: {wanted:?}, not {}", operation.id, reply.text));
        }
    }
    assert!(wrong.is_empty(), "{who}:\n{}", wrong.join("\n"));
}

const fn let_in(permitted: bool) -> Answer {
    if permitted {
        Answer::LetIn
    } else {
        Answer::Forbidden
    }
}

#[test]
fn the_table_has_every_operation_of_the_document_once() {
    let documented: BTreeSet<String> = Operation::all().into_iter().map(|each| each.id).collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(listed, documented);
    assert_eq!(TABLE.len(), documented.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_in_a_project_may_do_what_the_table_says() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    for role in Role::ALL {
        let operator = server.operator(role, Some(&ours)).await;
        walk(
            &format!("{role:?}"),
            &operator,
            &nothing(),
            |needs| match needs {
                Needs::Project(permission) | Needs::OwnOr(permission) => {
                    let_in(role.permits(permission))
                }
                Needs::Both(one, other) => let_in(role.permits(one) && role.permits(other)),
                Needs::Installation(_) | Needs::Member => Answer::Forbidden,
                Needs::Anybody => Answer::LetIn,
            },
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_in_the_installation_may_do_what_the_table_says() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    for role in Role::ALL {
        let operator = server.operator(role, None).await;
        let operator = operator.with("inviter-project", ours.slug.clone());
        let who = format!("{role:?} everywhere");
        walk(&who, &operator, &nothing(), |needs| match needs {
            Needs::Project(permission)
            | Needs::OwnOr(permission)
            | Needs::Installation(permission) => let_in(role.permits(permission)),
            Needs::Both(one, other) => let_in(role.permits(one) && role.permits(other)),
            Needs::Member => Answer::Forbidden,
            Needs::Anybody => Answer::LetIn,
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_with_one_scope_may_do_what_the_table_says() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    for scope in Permission::ALL {
        let key = server.key(&ours, &[*scope]).await;
        let who = format!("a key with {scope}");
        walk(&who, &key, &nothing(), |needs| match needs {
            Needs::Project(permission) | Needs::OwnOr(permission) => let_in(permission == *scope),
            Needs::Both(..) | Needs::Installation(_) | Needs::Member => Answer::Forbidden,
            Needs::Anybody => Answer::LetIn,
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_may_do_what_the_table_says() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let_members_in(&server.full_key(&ours).await).await;
    let me = member(&server, &ours, "zoe");
    let other = member(&server, &ours, "yan");
    for (who, someone, own) in [("zoe", &me, true), ("yan, for zoe", &other, false)] {
        let zoe = me.get("/api/v1/me").await.expect(200)["member"]["id"].clone();
        let mut things = nothing();
        name_member(&mut things, zoe.as_str().unwrap());
        walk(who, someone, &things, |needs| match needs {
            Needs::OwnOr(_) => let_in(own),
            Needs::Project(_) | Needs::Both(..) | Needs::Installation(_) => Answer::Forbidden,
            Needs::Member | Needs::Anybody => Answer::LetIn,
        })
        .await;
    }
    let program = nothing()["programs"].clone();
    let leaders = format!("/api/v1/stats/leaderboard?program_id={program}");
    me.get(&leaders).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_known_may_do_nothing() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let nobody = server
        .anonymous()
        .with("inviter-project", ours.slug.clone());
    walk("nobody", &nobody, &nothing(), |_| Answer::Unauthenticated).await;
    for token in ["inv_live_x", "inv_op_x", "x.y.z"] {
        let client = nobody
            .clone()
            .with("authorization", format!("Bearer {token}"));
        walk(token, &client, &nothing(), |_| Answer::Unauthenticated).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_idempotency_key_opens_what_a_permission_closes() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let api = server.full_key(&ours).await.with("idempotency-key", "same");
    let pool = json!({"slug": "pool"});
    api.post("/api/v1/coupon-pools", pool.clone())
        .await
        .expect(201);
    let reader = server.key(&ours, &[Permission::CouponsRead]).await;
    let reader = reader.with("idempotency-key", "same");
    reader
        .post("/api/v1/coupon-pools", pool)
        .await
        .expect_problem(403, "forbidden");
}

/// An active program of the project, by its id.
async fn program(api: &Client) -> Value {
    let made = json!({"slug": "spring", "kind": "referral", "settings": {"name": "Spring"}});
    let program = api.post("/api/v1/programs", made).await.expect(201)["id"].clone();
    let activate = format!("/api/v1/programs/{}/activate", program.as_str().unwrap());
    api.post(&activate, json!({})).await.expect(200);
    program
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idempotency_key_is_its_members_own() {
    let server = TestApp::start().await;
    let ours = server.project("ours").await;
    let api = server.full_key(&ours).await;
    let_members_in(&api).await;
    let link = json!({"program_id": program(&api).await});
    let mut codes = BTreeSet::new();
    for (name, key) in [("zoe", "link"), ("yan", "link"), ("ulf", "spend:order-1")] {
        let me = member(&server, &ours, name).with("idempotency-key", key);
        let answer = me.post("/api/v1/me/link", link.clone()).await.expect(200);
        codes.insert(answer["code"]["code"].to_string());
    }
    assert_eq!(codes.len(), 3, "each has their own code: {codes:?}");
    // What a member sends is nothing to the project's own names.
    let yan = member(&server, &ours, "yan")
        .get("/api/v1/me")
        .await
        .expect(200);
    let path = format!(
        "/api/v1/members/{}/spend",
        yan["member"]["id"].as_str().unwrap()
    );
    let spend = json!({"unit": "credits", "amount": 1, "operation_id": "order-1"});
    for key in ["link", "spend:order-1"] {
        let api = api.clone().with("idempotency-key", key);
        api.post(&path, spend.clone())
            .await
            .expect_problem(409, "insufficient_balance");
    }
}
