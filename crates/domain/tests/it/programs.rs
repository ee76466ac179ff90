mod compare;
mod rules;

use inviter_domain::{
    programs::{ProgramKind, ProgramSettings, ProgramStatus, validate},
    rewards::{Reward, Rule, RuleKind, Side},
};
use proptest::prelude::*;
use serde_json::{Map, json};

use crate::made::{credits, rule, settings};

/// The fields that are wrong in a referral program after `change`, with their codes.
fn faults(change: impl FnOnce(&mut ProgramSettings)) -> Vec<(String, String)> {
    let mut settings = settings();
    change(&mut settings);
    let found = validate(ProgramKind::Referral, &settings);
    assert!(
        found.iter().all(|fault| fault.message.ends_with('.')),
        "{found:?}"
    );
    found
        .into_iter()
        .map(|fault| (fault.field, fault.code))
        .collect()
}

fn fixed(reward: Reward) -> RuleKind {
    RuleKind::Fixed {
        to: Side::Inviter,
        reward,
    }
}

#[test]
fn the_least_settings_are_fine() {
    assert_eq!(faults(|_| ()), []);
}

/// Field, code, and the settings that are wrong there.
const FAULTS: &str = r#"
name                          required      {"name": "  "}
landing_url                   invalid       {"landing_url": "javascript:alert(1)"}
landing_url                   invalid       {"landing_url": "ftp://example.org"}
landing_url                   invalid       {"landing_url": "https://a:b@example.org"}
ends_at                       out_of_order  {"starts_at": "2026-11-24T12:00:00Z", "ends_at": "2026-11-24T12:00:00Z"}
qualify_on                    invalid       {"qualify_on": "First Purchase"}
qualify_on                    invalid       {"qualify_on": ""}
qualify_on                    not_allowed   {"qualify_on": "refund"}
qualify_on                    not_allowed   {"qualify_on": "claim"}
expire_after_days             out_of_range  {"expire_after_days": 0}
attribution.click_window_days out_of_range  {"attribution": {"click_window_days": 3651}}
attribution.claim_window_days out_of_range  {"attribution": {"claim_window_days": 4294967295}}
codes.length                  out_of_range  {"codes": {"length": 5}}
codes.length                  out_of_range  {"codes": {"length": 17}}
codes.max_uses                out_of_range  {"codes": {"max_uses": 0}}
codes.per_member              out_of_range  {"codes": {"per_member": 0}}
codes.expire_after_days       out_of_range  {"codes": {"expire_after_days": 3651}}
quota.invites                 out_of_range  {"quota": {"invites": 0}}
quota.refill_days             out_of_range  {"quota": {"invites": 1, "refill_days": 0}}
budgets[0].amount             out_of_range  {"budgets": [{"unit": "usd", "amount": 0}]}
budgets[1].unit               duplicate     {"budgets": [{"unit": "usd", "amount": 5}, {"unit": "usd", "amount": 6}]}
risk.hold_at                  out_of_range  {"risk": {"hold_at": 0}}
risk.review_at                out_of_order  {"risk": {"hold_at": 61}}
risk.block_at                 out_of_order  {"risk": {"block_at": 59}}
risk.hold_days                out_of_range  {"risk": {"hold_days": 3651}}
waitlist                      not_for_this_kind {"waitlist": {"move_up": 9}}
"#;

#[test]
fn each_fault_is_named_by_its_path() {
    for line in FAULTS.trim().lines() {
        let (place, json) = line.split_at(line.find('{').unwrap());
        let mut document = serde_json::to_value(settings()).unwrap();
        for (name, value) in serde_json::from_str::<Map<_, _>>(json).unwrap() {
            document[name] = value;
        }
        let found = faults(|settings| *settings = serde_json::from_value(document).unwrap());
        let found: Vec<_> = found
            .iter()
            .flat_map(|(field, code)| [field, code])
            .collect();
        assert_eq!(
            found,
            place.split_whitespace().collect::<Vec<_>>(),
            "{line}"
        );
    }
}

#[test]
fn texts_have_a_longest() {
    let told = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
    assert_eq!(faults(|it| it.name = "名".repeat(120)), []);
    assert_eq!(
        faults(|it| it.name = "n".repeat(121)),
        told("name", "too_long")
    );
    let long = "n".repeat(2001);
    assert_eq!(
        faults(|it| it.description = long),
        told("description", "too_long")
    );
    assert_eq!(faults(|it| it.qualify_on = "e".repeat(64)), []);
    assert_eq!(
        faults(|it| it.qualify_on = "e".repeat(65)),
        told("qualify_on", "invalid")
    );
}

#[test]
fn a_waitlist_may_say_how_it_moves() {
    let mut settings = settings();
    settings.waitlist.move_up = 9;
    assert_eq!(validate(ProgramKind::Waitlist, &settings), []);
}

#[test]
fn all_faults_are_told_at_once() {
    let found = faults(|it| {
        it.name.clear();
        it.codes.length = 99;
        it.rules = vec![
            rule("signup", fixed(credits(0))),
            rule("refund", fixed(credits(1))),
        ];
    });
    let fields: Vec<_> = found.iter().map(|(field, _)| field.as_str()).collect();
    let expected = [
        "name",
        "codes.length",
        "rules[0].then.reward.amount",
        "rules[1].key",
        "rules[1].on",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a_misspelt_setting_is_refused() {
    let misspelt = json!({ "name": "x", "budgetz": [] });
    assert!(serde_json::from_value::<ProgramSettings>(misspelt).is_err());
    let misspelt = json!({
        "key": "ab", "on": "signup", "then": { "kind": "fixed", "to": "inviter", "rewards": {} },
    });
    assert!(serde_json::from_value::<Rule>(misspelt).is_err());
}

#[test]
fn a_program_moves_forward_and_never_back_from_its_end() {
    use ProgramStatus::{Active, Draft, Ended, Paused};
    let allowed = [
        (Draft, Active),
        (Draft, Ended),
        (Active, Paused),
        (Active, Ended),
        (Paused, Active),
        (Paused, Ended),
    ];
    for from in [Draft, Active, Paused, Ended] {
        for to in [Draft, Active, Paused, Ended] {
            assert_eq!(
                from.may_become(to),
                allowed.contains(&(from, to)),
                "{from:?} {to:?}"
            );
        }
    }
}

proptest! {
    #[test]
    fn settings_read_back_as_they_were_written(length: u8, amount: i64, every: bool, at: u32) {
        let mut settings = settings();
        settings.codes.length = length;
        let milestone = RuleKind::Milestone { at, every, reward: credits(amount) };
        settings.rules = vec![rule("signup", milestone)];
        let written = serde_json::to_string(&settings).expect("settings are plain data");
        let read: ProgramSettings = serde_json::from_str(&written).expect("our own text");
        prop_assert_eq!(read, settings);
    }
}
