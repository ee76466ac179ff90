//! Documents that the domain reads and writes are what the OpenAPI document says they are.

use domain::{
    programs::{
        Attribution, Budget, CodePolicy, ProgramSettings, QuotaPolicy, RiskPolicy, Touch,
        WaitlistPolicy,
    },
    referrals::{Checked, Decision, ReferralState, Scored, Source, WaitingFor},
    rewards::{
        Condition, Limits, Operator, Reward, Rule, RuleKind, RuleOutcome, Side, Skip, Skipped, Tier,
    },
    risk::Verdict,
};
use kernel::{Amount, ProgramId, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::document;

/// Asserts that `value` is what the document says of the shape `name`, with every property that it names.
#[track_caller]
fn assert_is(name: &str, value: &impl Serialize) {
    let value = serde_json::to_value(value).expect("a value");
    let document = document();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/schemas/{name}"),
        "components": document["components"],
    });
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator
        .iter_errors(&value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{name}: {faults:#?}");
    if let Some(properties) = document["components"]["schemas"][name]["properties"].as_object() {
        for property in properties.keys() {
            assert!(
                value.get(property).is_some(),
                "{name} never has `{property}`"
            );
        }
    }
}

fn date(text: &str) -> Timestamp {
    text.parse().expect("a date")
}

fn rewards() -> Vec<Reward> {
    vec![
        Reward::Units {
            unit: "credits".parse().expect("a unit"),
            amount: Amount(500),
        },
        Reward::Badge {
            name: "Friend".to_owned(),
        },
        Reward::Title {
            name: "Host".to_owned(),
        },
        Reward::Coupon {
            pool: "spring".to_owned(),
        },
        Reward::Entitlement {
            feature: "pro".to_owned(),
            days: 30,
        },
        Reward::Custom {
            name: "Mug".to_owned(),
            data: json!({ "colour": "red" }),
        },
    ]
}

fn kinds() -> Vec<RuleKind> {
    let reward = || Reward::Badge {
        name: "Friend".to_owned(),
    };
    vec![
        RuleKind::Fixed {
            to: Side::Invitee,
            reward: reward(),
        },
        RuleKind::DoubleSided {
            inviter: reward(),
            invitee: reward(),
        },
        RuleKind::Milestone {
            at: 5,
            every: true,
            reward: reward(),
        },
        RuleKind::Tiered {
            tiers: vec![Tier {
                from: 1,
                reward: reward(),
            }],
        },
    ]
}

fn rule(then: RuleKind) -> Rule {
    let condition = |op, value: Value| Condition {
        field: "properties.plan".to_owned(),
        op,
        value,
    };
    Rule {
        key: "one".to_owned(),
        on: "activation".to_owned(),
        conditions: vec![
            condition(Operator::In, json!(["pro"])),
            condition(Operator::Exists, Value::Null),
        ],
        then,
        limits: Limits {
            per_member: Some(1),
            per_day: Some(2),
            per_month: None,
            total: Some(4),
        },
        hold_days: 7,
        approval: true,
        expire_after_days: Some(365),
    }
}

#[test]
fn settings_of_a_program() {
    let settings = ProgramSettings {
        name: "Friends".to_owned(),
        description: "Bring a friend.".to_owned(),
        landing_url: Some("https://example.com/join".parse().unwrap()),
        starts_at: Some(date("2026-11-01T00:00:00Z")),
        ends_at: None,
        attribution: Attribution {
            click_window_days: 1,
            claim_window_days: 2,
            touch: Touch::First,
        },
        codes: CodePolicy {
            max_uses: Some(3),
            ..CodePolicy::default()
        },
        qualify_on: "activation".to_owned(),
        expire_after_days: Some(90),
        rules: kinds().into_iter().map(rule).collect(),
        budgets: vec![Budget {
            unit: "credits".parse().unwrap(),
            amount: Amount(1_000_000),
        }],
        risk: RiskPolicy::default(),
        quota: Some(QuotaPolicy {
            invites: 20,
            refill_days: None,
        }),
        waitlist: WaitlistPolicy::default(),
    };
    assert_is("ProgramSettings", &settings);
    assert_is("Rule", &settings.rules[0]);
    assert_is("RuleLimits", &settings.rules[0].limits);
    assert_is("RiskPolicy", &settings.risk);
    assert_is("CodePolicy", &settings.codes);
    assert_is("Attribution", &settings.attribution);
    assert_is("QuotaPolicy", &settings.quota.unwrap());
}

#[test]
fn defaults_of_a_program_are_the_described_ones() {
    let settings: ProgramSettings = serde_json::from_value(json!({ "name": "Friends" })).unwrap();
    let settings = serde_json::to_value(settings).unwrap();
    let document = document();
    let shapes = &document["components"]["schemas"];
    let described = [
        ("Attribution", &settings["attribution"]),
        ("CodePolicy", &settings["codes"]),
        ("RiskPolicy", &settings["risk"]),
        ("WaitlistPolicy", &settings["waitlist"]),
        ("ProgramSettings", &settings),
    ];
    let mut compared = 0;
    for (name, value) in described {
        for (property, schema) in shapes[name]["properties"].as_object().expect("properties") {
            if let Some(default) = schema.get("default") {
                assert_eq!(default, &value[property], "{name}.{property}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 11, "only {compared} defaults are described");
}

#[test]
fn rewards_of_every_type() {
    for reward in rewards() {
        assert_is("Reward", &reward);
    }
}

#[test]
fn decision_records() {
    let check = Checked {
        name: "amount gte 1000".to_owned(),
        passed: true,
        detail: Some("1200".to_owned()),
    };
    let waits = [
        WaitingFor::Event {
            event: "activation".to_owned(),
            until: None,
        },
        WaitingFor::Hold {
            until: date("2026-12-01T00:00:00Z"),
        },
        WaitingFor::Review,
    ];
    for waiting_for in waits {
        let decision = Decision {
            program: Some(ProgramId::derived([7; 16])),
            version: Some(3),
            source: Some(Source::Claim),
            code: Some("SUMMER".to_owned()),
            click: None,
            checks: vec![check.clone()],
            signals: vec![Scored {
                signal: "device_reuse".to_owned(),
                score: 60,
                detail: "Twice.".to_owned(),
            }],
            score: 60,
            verdict: Some(Verdict::Review),
            rules: vec![RuleOutcome {
                rule: "one".to_owned(),
                conditions: vec![check.clone()],
                awarded: vec![Side::Inviter],
                skipped: vec![Skipped {
                    side: Some(Side::Invitee),
                    why: Skip::LimitReached,
                }],
            }],
            hold_until: Some(date("2026-12-01T00:00:00Z")),
            from: None,
            to: Some(ReferralState::Registered),
            waiting_for: Some(waiting_for),
        };
        assert_is("Decision", &decision);
        assert_is("RuleOutcome", &decision.rules[0]);
    }
}
