use inviter_domain::rewards::{Condition, Operator};
use kernel::Amount;
use serde_json::{Value, json};

use crate::made::{event, facts, unit};

fn condition(field: &str, op: Operator, value: Value) -> Condition {
    Condition {
        field: field.to_owned(),
        op,
        value,
    }
}

#[test]
fn conditions_compare_what_the_event_says() {
    use Operator::{Eq, Exists, Gt, Gte, In, Lt, Lte, Ne};
    let mut event = event("purchase");
    event.amount = Some(Amount(1000));
    event.unit = Some(unit("usd"));
    let properties =
        json!({ "plan": "pro", "seats": 9_007_199_254_740_993_i64, "ratio": 0.5, "none": null });
    event.properties = properties.as_object().cloned().unwrap();
    let table = [
        ("amount", Eq, json!(1000), true),
        ("amount", Ne, json!(1000), false),
        ("amount", Gt, json!(1000), false),
        ("amount", Gt, json!(999.5), true),
        ("amount", Gte, json!(1000), true),
        ("amount", Lt, json!(1001), true),
        ("amount", Lte, json!(999), false),
        ("amount", In, json!([1, 1000]), true),
        ("unit", Eq, json!("usd"), true),
        ("unit", In, json!(["eur", "gbp"]), false),
        ("channel", Eq, json!("direct"), true),
        ("code_kind", Eq, json!("personal"), true),
        ("code_kind", In, json!(["vanity", "single"]), false),
        ("properties.plan", Eq, json!("pro"), true),
        ("properties.plan", Gt, json!(1), false),
        ("properties.plan", Exists, Value::Null, true),
        // Whole numbers compare exactly, also where a float would round them.
        (
            "properties.seats",
            Eq,
            json!(9_007_199_254_740_992_i64),
            false,
        ),
        (
            "properties.seats",
            Gt,
            json!(9_007_199_254_740_992_i64),
            true,
        ),
        ("properties.ratio", Lt, json!(1), true),
        ("properties.none", Exists, Value::Null, false),
        ("properties.absent", Exists, Value::Null, false),
        ("properties.absent", Eq, Value::Null, false),
        ("properties.absent", Ne, json!("pro"), true),
        ("properties.absent", Lt, json!(1), false),
    ];
    for (field, op, value, expected) in table {
        let checked = condition(field, op, value.clone()).check(&facts(&event));
        assert_eq!(checked.passed, expected, "{field} {op:?} {value}");
    }
}

#[test]
fn a_check_says_what_was_compared() {
    let mut event = event("purchase");
    event.amount = Some(Amount(700));
    let checked = condition("amount", Operator::Gte, json!(1000)).check(&facts(&event));
    assert_eq!(checked.name, "amount gte 1000");
    assert_eq!(checked.detail.as_deref(), Some("700"));
    event
        .properties
        .insert("note".to_owned(), json!("n".repeat(5000)));
    let checked = condition("properties.note", Operator::Exists, Value::Null).check(&facts(&event));
    assert_eq!(checked.name, "properties.note exists");
    assert_eq!(checked.detail.map(|detail| detail.len()), Some(64));
}

#[test]
fn conditions_that_cannot_be_asked_are_found() {
    use Operator::{Eq, Exists, Gt, In};
    let table = [
        ("amount", Eq, json!(5), true),
        ("amount", Eq, json!("5"), false),
        ("amount", Eq, json!(5.5), false),
        ("amount", Gt, json!(5), true),
        ("amount", Gt, json!(null), false),
        ("amount", In, json!([5, 6]), true),
        ("amount", In, json!([5, "6"]), false),
        ("amount", In, json!([]), false),
        ("amount", In, json!(5), false),
        ("amount", Exists, Value::Null, true),
        ("unit", Eq, json!("usd"), true),
        ("unit", Gt, json!(1), false),
        ("channel", Eq, json!(1), false),
        ("code_kind", Eq, json!("vanity"), true),
        ("code_kind", Eq, json!("golden"), false),
        ("properties.plan", Eq, json!(true), true),
        ("properties.plan", Eq, json!({}), false),
        ("properties.plan", Eq, Value::Null, false),
        ("properties.plan", Gt, json!("a"), false),
        ("properties.", Exists, Value::Null, false),
        ("properties", Exists, Value::Null, false),
        ("email", Exists, Value::Null, false),
    ];
    for (field, op, value, fine) in table {
        let fault = condition(field, op, value.clone()).fault();
        assert_eq!(fault.is_none(), fine, "{field} {op:?} {value}: {fault:?}");
    }
}
