use domain::rewards::Reward;
use inviter_notify::{Locale, amount_text, amount_words, date_words, parse_amount, reward_words};
use kernel::Amount;
use serde_json::json;

fn reward(value: serde_json::Value) -> Reward {
    serde_json::from_value(value).expect("a reward")
}

#[test]
fn amounts_are_counted_in_their_unit() {
    let cases = [
        ("credits", 100, "100 credits", "100 点额度"),
        ("credits", 1, "1 credit", "1 点额度"),
        ("points", 1_234_567, "1,234,567 points", "1,234,567 积分"),
        ("premium_days", 30, "30 premium days", "30 天会员"),
        ("usd", 1050, "10.50 USD", "10.50 美元"),
        ("usd", 5, "0.05 USD", "0.05 美元"),
        ("cny", -123_456, "-1,234.56 CNY", "-1,234.56 元"),
        ("jpy", 500, "500 JPY", "500 日元"),
        ("gold_coins", 7, "7 gold coins", "7 gold coins"),
        (
            "usd",
            i64::MIN,
            "-92,233,720,368,547,758.08 USD",
            "-92,233,720,368,547,758.08 美元",
        ),
    ];
    for (unit, amount, en, zh) in cases {
        let unit = unit.parse().unwrap();
        assert_eq!(amount_words(Amount(amount), &unit, Locale::En), en);
        assert_eq!(amount_words(Amount(amount), &unit, Locale::Zh), zh);
    }
}

#[test]
fn what_people_write_is_an_amount_in_minor_units() {
    let cases = [
        ("usd", "10.50", Some(1050)),
        ("usd", "10.5", Some(1050)),
        ("usd", " 1,000 ", Some(100_000)),
        ("usd", "10.505", None),
        ("jpy", "10", Some(10)),
        ("jpy", "10.5", None),
        ("credits", "1200", Some(1200)),
        ("credits", "-1", None),
        ("credits", "", None),
        ("credits", "ten", None),
        ("credits", "99999999999999999999", None),
    ];
    for (unit, text, amount) in cases {
        let unit = unit.parse().unwrap();
        assert_eq!(parse_amount(text, &unit), amount.map(Amount), "{text}");
    }
}

#[test]
fn an_amount_is_written_as_it_is_read() {
    for (unit, amount, text) in [
        ("usd", 1050, "10.50"),
        ("credits", 1200, "1200"),
        ("eur", 5, "0.05"),
    ] {
        let unit = unit.parse().unwrap();
        assert_eq!(amount_text(Amount(amount), &unit), text);
        assert_eq!(parse_amount(text, &unit), Some(Amount(amount)));
    }
}

#[test]
fn every_reward_has_words() {
    let cases = [
        (
            json!({"type": "units", "unit": "credits", "amount": 100}),
            "100 credits",
            "100 点额度",
        ),
        (
            json!({"type": "badge", "name": "Pioneer"}),
            "the badge “Pioneer”",
            "“Pioneer”徽章",
        ),
        (
            json!({"type": "title", "name": "Sage"}),
            "the title “Sage”",
            "“Sage”称号",
        ),
        (
            json!({"type": "coupon", "pool": "internal-pool"}),
            "a coupon",
            "一张优惠券",
        ),
        (
            json!({"type": "entitlement", "feature": "pro_export", "days": 1}),
            "1 day of pro export",
            "“pro export”1 天使用权",
        ),
        (
            json!({"type": "custom", "name": "t-shirt"}),
            "t shirt",
            "t shirt",
        ),
    ];
    for (value, en, zh) in cases {
        assert_eq!(reward_words(&reward(value.clone()), Locale::En), en);
        assert_eq!(reward_words(&reward(value), Locale::Zh), zh);
    }
}

#[test]
fn the_language_follows_the_tag() {
    for tag in ["zh", "zh-CN", "ZH_hans", "zh-Hant-TW"] {
        assert_eq!(Locale::of(tag), Locale::Zh, "{tag}");
    }
    for tag in ["en", "en-GB", "de", "", "zhuang"] {
        assert_eq!(Locale::of(tag), Locale::En, "{tag}");
    }
}

#[test]
fn a_day_is_written_one_way() {
    let day = "2026-12-03".parse().unwrap();
    assert_eq!(date_words(day, Locale::En), "3 Dec 2026");
    assert_eq!(date_words(day, Locale::Zh), "2026年12月3日");
}
