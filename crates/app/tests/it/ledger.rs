//! Spending, debts, and what refunds take back.

use domain::{ledger::TransferReason, rewards::GrantState};
use inviter_app::ledger::{Spend, list_transfers, spend};
use kernel::{Amount, PageRequest, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, refusal, wrong_fields},
    scene::{purchase, refund, units, with},
};

/// A tenth of nothing: 100 credits for each purchase.
fn paid() -> serde_json::Value {
    json!({ "qualify_on": "purchase", "rules": [units("thanks", "purchase", "inviter", 100)] })
}

#[tokio::test]
async fn the_same_operation_has_one_effect_and_one_answer() {
    let f = Fixture::with(paid()).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();

    let first = f.spend(&ada, 30, "op-1").await.unwrap();
    assert_eq!(first.balance, Amount(70));
    f.spend(&ada, 10, "op-2").await.unwrap();
    assert_eq!(
        f.spend(&ada, 30, "op-1").await.unwrap(),
        first,
        "the answer of then"
    );
    assert_eq!(
        refusal(f.spend(&ada, 31, "op-1").await),
        ProblemCode::IdempotencyConflict
    );
    assert_eq!(
        refusal(f.spend(&ada, 61, "op-3").await),
        ProblemCode::InsufficientBalance
    );
    assert_eq!(f.credits(&ada).await, (0, 60, 0));

    let page = PageRequest::new(None, None);
    let transfers = list_transfers(&f.app, &f.cli(), f.id(), ada.id, page)
        .await
        .unwrap()
        .items;
    let reasons: Vec<_> = transfers.iter().map(|transfer| transfer.reason).collect();
    assert_eq!(
        reasons,
        [
            TransferReason::Spend,
            TransferReason::Spend,
            TransferReason::Grant
        ]
    );
    f.sound().await;
}

#[tokio::test]
async fn one_operation_at_once_is_spent_once() {
    let f = Fixture::with(paid()).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();
    let same = futures::future::join_all((0..20).map(|_| f.spend(&ada, 60, "op-1"))).await;
    assert!(
        same.iter()
            .all(|answer| answer.as_ref().unwrap().balance == Amount(40))
    );
    let others: Vec<String> = (0..20).map(|number| format!("other-{number}")).collect();
    let others = futures::future::join_all(others.iter().map(|id| f.spend(&ada, 15, id))).await;
    assert_eq!(
        others.iter().filter(|answer| answer.is_ok()).count(),
        2,
        "40 covers 15 twice"
    );
    assert_eq!(f.credits(&ada).await, (0, 10, 0));
    f.sound().await;
}

#[tokio::test]
async fn what_cannot_be_spent_is_told_field_by_field() {
    let f = Fixture::new().await;
    let ada = f.member("ada").await;
    let wrong = Spend {
        unit: "credits".parse().unwrap(),
        amount: Amount(0),
        operation_id: String::new(),
        note: Some("x".repeat(300)),
    };
    let answer = spend(&f.app, &f.cli(), f.id(), ada.id, wrong).await;
    assert_eq!(wrong_fields(answer), ["amount", "operation_id", "note"]);
    let other = f.project("other").await;
    let right = Spend {
        unit: "credits".parse().unwrap(),
        amount: Amount(1),
        operation_id: "a".into(),
        note: None,
    };
    assert_eq!(
        refusal(spend(&f.app, &f.cli(), other.id, ada.id, right).await),
        ProblemCode::NotFound
    );
}

#[tokio::test]
async fn what_expires_soonest_is_spent_first() {
    let rules = json!([
        units("lasting", "activation", "inviter", 10),
        with(
            units("soon", "activation", "inviter", 10),
            &json!({ "expire_after_days": 5 })
        ),
        with(
            units("later", "activation", "inviter", 10),
            &json!({ "expire_after_days": 50 })
        ),
    ]);
    let f = Fixture::with(json!({ "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    f.brings(&code, "ben", "activation").await;
    f.spend(&ada, 15, "op").await.unwrap();
    let left: Vec<(String, i64)> = f
        .grants()
        .await
        .into_iter()
        .map(|grant| (grant.rule, grant.remaining.0))
        .collect();
    let expected =
        [("lasting", 10), ("later", 5), ("soon", 0)].map(|(rule, left)| (rule.to_owned(), left));
    assert_eq!(left, expected);
    f.sound().await;
}

#[tokio::test]
async fn a_refund_takes_its_share_and_what_is_spent_becomes_a_debt_that_the_next_grant_pays() {
    let f = Fixture::with(paid()).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();
    f.tell(refund("ben", "order-1", 250)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 75, 0), "a quarter goes back");
    f.spend(&ada, 75, "op-1").await.unwrap();
    f.tell(refund("ben", "order-1", 250)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 0, 25), "what is spent is owed");
    f.tell(refund("ben", "order-1", 500)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 0, 75));
    assert_eq!(f.grant_states().await, [GrantState::Reversed]);
    f.sound().await;

    f.signup(&code, "cem").await.unwrap();
    f.tell(purchase("cem", "order-2", 10)).await.unwrap();
    assert_eq!(
        f.credits(&ada).await,
        (0, 25, 0),
        "the debt is settled first"
    );
    f.tell(refund("cem", "order-2", 10)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 0, 75));
    f.sound().await;
}

#[tokio::test]
async fn a_refund_is_paid_from_other_grants_before_it_becomes_a_debt() {
    let f = Fixture::with(paid()).await;
    let (ada, code) = f.inviter().await;
    for (friend, order) in [("ben", "order-1"), ("cem", "order-2")] {
        f.signup(&code, friend).await.unwrap();
        f.tell(purchase(friend, order, 500)).await.unwrap();
    }
    f.spend(&ada, 100, "op-1").await.unwrap();
    f.tell(refund("ben", "order-1", 500)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 0, 0));
    f.sound().await;
}
