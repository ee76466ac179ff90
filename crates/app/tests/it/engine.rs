//! Promises of the engine, kept through the whole application and under concurrency.

use domain::{
    referrals::{Event, EventType, ReferralState},
    rewards::Skip,
};
use futures::future::join_all;
use inviter_app::{
    codes::{NewCode, create_code},
    events::{Ingested, ingest_event, ingest_events},
    referrals::get_referral,
};
use kernel::{Amount, ProblemCode};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, event, refusal},
    scene::{credits, purchase, refund, units, with},
};

#[tokio::test]
async fn five_hundred_at_once_on_a_code_for_a_hundred_are_exactly_a_hundred() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "signup", "inviter", 1)] })).await;
    let ada = f.member("ada").await;
    let new = NewCode {
        owner: Some(ada.id),
        max_uses: Some(100),
        ..f.new_code()
    };
    let code = create_code(&f.app, &f.cli(), f.id(), new).await.unwrap();
    let answers =
        join_all((0..500).map(async |friend| f.signup(&code, &format!("friend-{friend}")).await))
            .await;
    let (came, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((came.len(), refused.len()), (100, 400));
    assert!(
        refused
            .into_iter()
            .all(|answer| refusal(answer) == ProblemCode::InviteCodeExhausted)
    );
    assert_eq!(f.credits(&ada).await, (0, 100, 0));
    f.sound().await;
}

#[tokio::test]
async fn the_same_event_fifty_times_at_once_has_one_effect_and_one_answer() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "signup", "inviter", 1)] })).await;
    let (ada, code) = f.inviter().await;
    let sign_up = |name: &str| Event {
        key: Some("evt-1".to_owned()),
        code: Some(code.text.clone()),
        name: Some(name.to_owned()),
        ..event(EventType::Signup, "ben")
    };
    let answers: Vec<Ingested> = join_all((0..50).map(|_| f.tell(sign_up("Ben"))))
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert!(
        answers
            .iter()
            .all(|answer| answer.outcome == answers[0].outcome)
    );
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    assert_eq!(f.credits(&ada).await, (0, 1, 0));
    assert_eq!(
        refusal(f.tell(sign_up("Bert")).await),
        ProblemCode::IdempotencyConflict
    );
    f.sound().await;
}

#[tokio::test]
async fn the_same_idempotency_key_fifty_times_at_once_has_one_effect_and_one_answer() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "activation", "inviter", 1)] })).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    let ctx = f.keyed("key", "body");
    let activation = || event("activation".to_owned().into(), "ben");
    let answers = join_all((0..50).map(|_| ingest_event(&f.app, &ctx, f.id(), activation()))).await;
    let answers: Vec<Ingested> = answers.into_iter().map(Result::unwrap).collect();
    assert!(
        answers
            .iter()
            .all(|answer| answer.outcome == answers[0].outcome)
    );
    assert_eq!(f.credits(&ada).await, (0, 1, 0));
    let other = ingest_event(&f.app, &f.keyed("key", "other"), f.id(), activation()).await;
    assert_eq!(refusal(other), ProblemCode::IdempotencyConflict);
    f.sound().await;
}

#[tokio::test]
async fn a_budget_is_never_exceeded_by_sixty_four_writers() {
    let settings = json!({
        "rules": [{ "key": "both", "on": "signup",
            "then": { "kind": "double_sided", "inviter": credits(7), "invitee": credits(3) } }],
        "budgets": [{ "unit": "credits", "amount": 1000 }],
    });
    let f = Fixture::with(settings).await;
    let ada = f.member("ada").await;
    let codes = join_all((0..4).map(|_| f.code(&ada))).await;
    join_all((0..64).map(async |writer: usize| {
        for round in 0..4 {
            f.signup(
                &codes[(writer + round) % 4],
                &format!("friend-{writer}-{round}"),
            )
            .await
            .unwrap();
        }
    }))
    .await;
    let granted: i64 = f.granted().await;
    assert_eq!(
        granted, 1000,
        "all of it and not one more: 10 fit a hundred times"
    );
    f.sound().await;
}

#[tokio::test]
async fn milestones_come_once_or_at_every_multiple() {
    let milestone = |key: &str, at: u32, every: bool, amount: i64| {
        json!({ "key": key, "on": "activation",
            "then": { "kind": "milestone", "at": at, "every": every, "reward": credits(amount) } })
    };
    let rules = json!([
        milestone("third", 3, false, 1),
        milestone("every-second", 2, true, 100)
    ]);
    let f = Fixture::with(json!({ "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    join_all((0..7).map(async |friend| {
        f.brings(&code, &format!("friend-{friend}"), "activation")
            .await
    }))
    .await;
    assert_eq!(f.credits(&ada).await, (0, 301, 0));
    f.event("activation", "friend-0").await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 301, 0), "nobody counts twice");
    f.sound().await;
}

#[tokio::test]
async fn tiers_pay_by_volume() {
    let tiers = json!([{ "from": 1, "reward": credits(1) }, { "from": 3, "reward": credits(10) },
        { "from": 5, "reward": credits(100) }]);
    let rule = json!({ "key": "volume", "on": "activation", "then": { "kind": "tiered", "tiers": tiers } });
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (ada, code) = f.inviter().await;
    for friend in 0..6 {
        f.brings(&code, &format!("friend-{friend}"), "activation")
            .await;
    }
    assert_eq!(f.credits(&ada).await, (0, 1 + 1 + 10 + 10 + 100 + 100, 0));
    f.sound().await;
}

#[tokio::test]
async fn limits_hold_under_concurrency_and_refill_with_the_calendar() {
    let limits = json!({ "per_day": 2, "per_month": 5, "per_member": 7, "total": 8 });
    let rule = with(
        units("thanks", "activation", "inviter", 1),
        &json!({ "limits": limits }),
    );
    let f = Fixture::with(json!({ "rules": [rule] })).await;
    let (ada, code) = f.inviter().await;
    let bob = f.member("bob").await;
    let bobs = f.code(&bob).await;
    let bring = async |code, day: usize| {
        join_all((0..6).map(async |friend| {
            f.brings(code, &format!("{day}-{friend}"), "activation")
                .await
        }))
        .await
    };
    let first = bring(&code, 0).await;
    let skipped = first
        .iter()
        .flat_map(|told| &told.outcome.decision.rules)
        .flat_map(|rule| &rule.skipped);
    assert_eq!(
        skipped
            .filter(|skipped| skipped.why == Skip::LimitReached)
            .count(),
        4
    );
    assert_eq!(f.credits(&ada).await.1, 2, "two a day");
    for (day, so_far) in [(1, 4), (2, 5), (3, 5)] {
        f.days_pass(1);
        bring(&code, day).await;
        assert_eq!(f.credits(&ada).await.1, so_far, "five a month");
    }
    f.days_pass(30);
    bring(&code, 4).await;
    f.days_pass(1);
    bring(&code, 5).await;
    assert_eq!(f.credits(&ada).await.1, 7, "seven ever");
    bring(&bobs, 6).await;
    assert_eq!(f.credits(&bob).await.1, 1, "eight for everybody together");
    f.sound().await;
}

/// What there is to tell of one invitee, in any order.
fn story(code: &str, who: &str) -> Vec<Event> {
    vec![
        Event {
            code: Some(code.to_owned()),
            ..event(EventType::Signup, who)
        },
        event("activation".to_owned().into(), who),
        purchase(who, who, 1000),
        refund(who, who, 250),
    ]
}

fn orders(items: usize) -> Vec<Vec<usize>> {
    if items == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(items - 1);
    let insert = |order: &Vec<usize>, at: usize| {
        let mut order = order.clone();
        order.insert(at, items - 1);
        order
    };
    shorter
        .iter()
        .flat_map(|order| (0..items).map(move |at| insert(order, at)))
        .collect()
}

fn rules() -> Value {
    json!([
        units("welcome", "signup", "invitee", 5),
        units("thanks", "activation", "inviter", 50),
        units("share", "purchase", "inviter", 100),
    ])
}

/// Tells each order of the story of a pair of its own, one by one or in one request.
async fn told_in_any_order(together: bool) {
    let f = Fixture::with(json!({ "rules": rules() })).await;
    for (pair, order) in orders(4).into_iter().enumerate() {
        let ada = f.member(&format!("ada-{pair}")).await;
        let told = story(&f.code(&ada).await.text, &format!("ben-{pair}"));
        let events: Vec<Event> = order.iter().map(|place| told[*place].clone()).collect();
        if together {
            let answers = ingest_events(&f.app, &f.cli(), f.id(), events)
                .await
                .unwrap();
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        } else {
            for event in events {
                f.tell(event).await.unwrap();
            }
        }
        let ben = f.member(&format!("ben-{pair}")).await;
        let totals = (f.credits(&ada).await, f.credits(&ben).await);
        assert_eq!(totals, ((0, 125, 0), (0, 5, 0)), "{order:?}");
    }
    f.sound().await;
}

#[tokio::test]
async fn events_in_any_order_come_to_the_same_totals() {
    told_in_any_order(false).await;
}

#[tokio::test]
async fn events_of_one_request_in_any_order_come_to_the_same_totals() {
    told_in_any_order(true).await;
}

#[tokio::test]
async fn an_order_that_is_told_twice_before_the_sign_up_earns_once() {
    let f = Fixture::with(json!({ "rules": rules() })).await;
    let (ada, code) = f.inviter().await;
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();
    f.signup(&code, "ben").await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 100, 0));
    f.sound().await;
}

#[tokio::test]
async fn a_purchase_that_was_paid_back_before_it_came_undoes_the_referral() {
    let f = Fixture::with(json!({ "qualify_on": "purchase", "rules": rules() })).await;
    let (ada, code) = f.inviter().await;
    let id = f
        .signup(&code, "ben")
        .await
        .unwrap()
        .outcome
        .referral
        .unwrap();
    f.tell(refund("ben", "order-1", 1000)).await.unwrap();
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();
    assert_eq!(f.credits(&ada).await, (0, 0, 0));
    let referral = get_referral(&f.app, &f.cli(), f.id(), id).await.unwrap();
    assert_eq!(referral.state, ReferralState::Reversed);
    f.sound().await;
}

#[tokio::test]
async fn one_event_may_earn_in_two_programs_by_rules_of_one_name() {
    let rules = json!([units("thanks", "activation", "inviter", 1)]);
    let f = Fixture::with(json!({ "rules": rules })).await;
    let (ada, code) = f.inviter().await;
    let other = f.program("colleagues", json!({ "rules": rules })).await;
    let new = NewCode {
        program: other.id,
        owner: Some(ada.id),
        ..f.new_code()
    };
    let second = create_code(&f.app, &f.cli(), f.id(), new).await.unwrap();
    f.signup(&code, "ben").await.unwrap();
    f.signup(&second, "ben").await.unwrap();
    assert_eq!(
        f.event("activation", "ben")
            .await
            .unwrap()
            .outcome
            .grants
            .len(),
        2
    );
    assert_eq!(f.credits(&ada).await, (0, 2, 0));
    f.sound().await;
}

impl Fixture {
    /// What was granted of credits, all together.
    async fn granted(&self) -> i64 {
        let reader = self.app.store().read();
        let balances = reader
            .project(self.id())
            .ledger()
            .balances(self.program.id.uuid())
            .await
            .unwrap();
        balances
            .into_iter()
            .map(|(_, amount)| Amount(-amount.0).0)
            .sum()
    }
}
