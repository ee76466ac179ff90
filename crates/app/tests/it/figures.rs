//! What monitoring is told.

use domain::referrals::{Event, EventType};
use inviter_app::figures::measure_waiting;
use serde_json::json;

use crate::{
    fixture::{Fixture, event},
    scene::{purchase, refund, units},
};

/// The value of a series; none where it is not there.
fn figure(f: &Fixture, series: &str) -> Option<f64> {
    let text = f.app.metrics().render();
    let value = |line: &str| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(value)
}

#[tokio::test]
async fn what_waits_is_looked_at() {
    let f = Fixture::with(json!({
        "rules": [units("thanks", "activation", "inviter", 25)],
        "budgets": [{ "unit": "credits", "amount": 200 }],
        "risk": { "hold_at": 1, "review_at": 1, "block_at": 1000, "hold_days": 14 },
    }))
    .await;
    let (_, code) = f.inviter().await;
    for friend in ["ben", "cem", "dee"] {
        let signs_up = Event {
            code: Some(code.text.clone()),
            device: Some("one phone".to_owned()),
            ..event(EventType::Signup, friend)
        };
        f.tell(signs_up).await.unwrap();
        f.event("activation", friend).await.unwrap();
    }
    assert_eq!(figure(&f, "inviter_budget_lowest_left_ratio"), None);
    f.days_pass(2);
    measure_waiting(&f.app, &f.cli()).await.unwrap();
    for (series, expected) in [
        ("inviter_reviews_waiting", 2.0),
        ("inviter_review_oldest_age_seconds", 172_800.0),
        ("inviter_grants_waiting{state=\"pending_approval\"}", 2.0),
        ("inviter_grants_waiting{state=\"held\"}", 0.0),
        ("inviter_budget_lowest_left_ratio", 0.625),
        ("inviter_risk_verdicts_total{verdict=\"allow\"}", 1.0),
        ("inviter_risk_verdicts_total{verdict=\"review\"}", 2.0),
        ("inviter_sign_ups_total{outcome=\"attributed\"}", 3.0),
    ] {
        assert_eq!(figure(&f, series), Some(expected), "{series}");
    }
}

#[tokio::test]
async fn who_is_blocked_is_counted_whether_strict_or_not() {
    let risk = json!({ "hold_at": 1, "review_at": 1, "block_at": 1, "hold_days": 14 });
    let f = Fixture::with(json!({ "risk": risk })).await;
    let (_, code) = f.inviter().await;
    for (friend, strict) in [("ben", false), ("cem", false), ("dee", true)] {
        let signs_up = Event {
            code: Some(code.text.clone()),
            device: Some("one phone".to_owned()),
            strict,
            ..event(EventType::Signup, friend)
        };
        assert_eq!(f.tell(signs_up).await.is_err(), strict);
    }
    let blocked = figure(&f, "inviter_risk_verdicts_total{verdict=\"block\"}");
    assert_eq!(blocked, Some(2.0));
    for (outcome, expected) in [("attributed", 1.0), ("recorded", 1.0), ("refused", 1.0)] {
        let series = format!("inviter_sign_ups_total{{outcome=\"{outcome}\"}}");
        assert_eq!(figure(&f, &series), Some(expected), "{series}");
    }
}

#[tokio::test]
async fn rewards_are_counted_by_what_they_are_worth() {
    let f = Fixture::with(json!({ "rules": [
        units("thanks", "purchase", "inviter", 100),
        { "key": "badge", "on": "purchase", "then": {
            "kind": "fixed", "to": "invitee", "reward": { "type": "badge", "name": "first" },
        } },
    ] }))
    .await;
    let (_, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.tell(purchase("ben", "order-1", 1000)).await.unwrap();
    f.tell(refund("ben", "order-1", 250)).await.unwrap();
    f.follow().await;
    let of = |kind: &str, unit: &str, state: &str| {
        let labels = format!("{{kind=\"{kind}\",unit=\"{unit}\",state=\"{state}\"}}");
        figure(&f, &format!("inviter_reward_amount_total{labels}"))
    };
    assert_eq!(of("units", "credits", "available"), Some(100.0));
    assert_eq!(of("units", "credits", "reversed"), Some(25.0));
    assert_eq!(of("badge", "", "available"), Some(1.0));
    let grants = |state: &str| figure(&f, &format!("inviter_grants_total{{state=\"{state}\"}}"));
    assert_eq!(grants("available"), Some(2.0), "a part is no state");
    assert_eq!(grants("reversed"), Some(0.0));
    f.tell(refund("ben", "order-1", 750)).await.unwrap();
    f.follow().await;
    assert_eq!(of("units", "credits", "reversed"), Some(100.0));
}
