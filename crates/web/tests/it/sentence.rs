use domain::rewards::Rule;
use inviter_web::rule_sentence;
use notify::Locale;
use serde_json::{Value, json};

fn credits(amount: u32) -> Value {
    json!({ "type": "units", "unit": "credits", "amount": amount })
}

fn says(rule: Value, en: &str, zh: &str) {
    let rule: Rule = serde_json::from_value(rule).unwrap();
    assert_eq!(rule_sentence(&rule, Locale::En), en);
    assert_eq!(rule_sentence(&rule, Locale::Zh), zh);
}

#[test]
fn one_reward_with_limits_and_hold() {
    says(
        json!({
            "key": "r", "on": "purchase",
            "then": { "kind": "fixed", "to": "inviter", "reward": credits(500) },
            "limits": { "per_month": 10 }, "hold_days": 14,
        }),
        "Each time an invited friend makes a purchase, the inviter gets 500 credits, at most 10 times a month, held for \
         14 days.",
        "被邀请的好友每次购买时，邀请人获得 500 点额度，每人每月最多 10 次，保留 14 天后发放。",
    );
}

#[test]
fn every_limit_is_said_and_once_is_once() {
    says(
        json!({
            "key": "r", "on": "signup",
            "then": { "kind": "fixed", "to": "invitee", "reward": { "type": "badge", "name": "Pioneer" } },
            "limits": { "per_day": 1, "per_month": 2, "per_member": 1, "total": 1000 },
            "hold_days": 1, "approval": true, "expire_after_days": 30,
        }),
        "When an invited friend signs up, the friend gets the badge “Pioneer”, at most once a day, 2 times a month, once, \
         1,000 times for everybody together, held for 1 day, once a person has approved it, to be used within 30 days.",
        "被邀请的好友注册时，好友获得“Pioneer”徽章，每人每天最多 1 次、每人每月最多 2 次、每人最多 1 次、所有人合计最多 1,000 \
         次，保留 1 天后发放，经人工批准后发放，须在 30 天内使用。",
    );
}

#[test]
fn both_sides() {
    says(
        json!({
            "key": "r", "on": "activation",
            "then": { "kind": "double_sided", "inviter": credits(100),
                      "invitee": { "type": "units", "unit": "usd", "amount": 1050 } },
        }),
        "When an invited friend becomes active, the inviter gets 100 credits and the friend gets 10.50 USD.",
        "被邀请的好友激活时，邀请人获得 100 点额度，好友获得 10.50 美元。",
    );
}

#[test]
fn milestones_once_and_again() {
    let rule = |on: &str, at: u32, every: bool| {
        json!({
            "key": "r", "on": on, "then": { "kind": "milestone", "at": at, "every": every, "reward": credits(5) },
        })
    };
    says(
        rule("activation", 10, false),
        "Once 10 invited friends have qualified, the inviter gets 5 credits.",
        "邀请的好友达标满 10 位时，邀请人获得 5 点额度。",
    );
    says(
        rule("signup", 1, false),
        "Once 1 invited friend has signed up, the inviter gets 5 credits.",
        "邀请的好友注册满 1 位时，邀请人获得 5 点额度。",
    );
    says(
        rule("signup", 3, true),
        "For every 3 invited friends who sign up, the inviter gets 5 credits.",
        "邀请的好友每注册满 3 位时，邀请人获得 5 点额度。",
    );
    says(
        rule("activation", 1, true),
        "For every invited friend who qualifies, the inviter gets 5 credits.",
        "邀请的好友每达标满 1 位时，邀请人获得 5 点额度。",
    );
}

#[test]
fn tiers() {
    says(
        json!({
            "key": "r", "on": "purchase",
            "then": { "kind": "tiered", "tiers": [
                { "from": 1, "reward": credits(100) },
                { "from": 10, "reward": { "type": "entitlement", "feature": "pro_plan", "days": 7 } },
            ] },
        }),
        "Each time an invited friend makes a purchase, the inviter gets, by friends who qualified so far: 100 credits from \
         friend 1 on, 7 days of pro plan from friend 10 on.",
        "被邀请的好友每次购买时，邀请人按已达标的好友数获得：第 1 位起 100 点额度，第 10 位起“pro plan”7 天使用权。",
    );
}

#[test]
fn conditions_tell_amounts_in_the_unit_that_is_asked_for() {
    let rule = |conditions: Value| {
        json!({
            "key": "r", "on": "purchase", "if": conditions,
            "then": { "kind": "fixed", "to": "inviter", "reward": credits(1) },
        })
    };
    says(
        rule(json!([
            { "field": "unit", "op": "eq", "value": "usd" },
            { "field": "amount", "op": "gte", "value": 5000 },
        ])),
        "Each time an invited friend makes a purchase, if the unit is “usd” and the amount is at least 50.00 USD, the \
         inviter gets 1 credit.",
        "被邀请的好友每次购买时，且单位为“usd”，且金额不低于 50.00 美元，邀请人获得 1 点额度。",
    );
    says(
        rule(json!([
            { "field": "amount", "op": "lt", "value": 5000 },
            { "field": "code_kind", "op": "ne", "value": "vanity" },
            { "field": "channel", "op": "in", "value": ["mail", "qr"] },
            { "field": "properties.plan", "op": "exists" },
            { "field": "properties.seats", "op": "gt", "value": 3 },
        ])),
        "Each time an invited friend makes a purchase, if the amount is less than 5,000 and the code is not a chosen code \
         and the channel is one of “mail”, “qr” and “plan” is given and “seats” is more than 3, the inviter gets 1 credit.",
        "被邀请的好友每次购买时，且金额小于 5,000，且邀请码不为自选邀请码，且渠道为 “mail”、“qr” 之一，且“plan”有值，且“seats”大于 \
         3，邀请人获得 1 点额度。",
    );
}

#[test]
fn what_people_write_is_never_taken_for_a_place() {
    says(
        json!({
            "key": "r", "on": "{n}",
            "if": [{ "field": "properties.{value}", "op": "eq", "value": "{field}" }],
            "then": { "kind": "fixed", "to": "inviter", "reward": { "type": "custom", "name": "{event} {n}" } },
        }),
        "Each time “{n}” happens for an invited friend, if “{value}” is “{field}”, the inviter gets {event} {n}.",
        "被邀请的好友每次发生“{n}”时，且“{value}”为“{field}”，邀请人获得{event} {n}。",
    );
}
