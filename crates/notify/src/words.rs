//! Amounts, rewards and dates in words.

use chrono::NaiveDate;
use domain::rewards::Reward;
use kernel::{Amount, Unit};

use crate::Locale;

/// What a unit is called after a number, and how many of its digits are behind the point.
struct UnitWords {
    unit: &'static str,
    one: &'static str,
    many: &'static str,
    zh: &'static str,
    decimals: usize,
}

const fn counted(
    unit: &'static str,
    one: &'static str,
    many: &'static str,
    zh: &'static str,
) -> UnitWords {
    UnitWords {
        unit,
        one,
        many,
        zh,
        decimals: 0,
    }
}

const fn currency(
    unit: &'static str,
    code: &'static str,
    zh: &'static str,
    decimals: usize,
) -> UnitWords {
    UnitWords {
        unit,
        one: code,
        many: code,
        zh,
        decimals,
    }
}

/// The units whose words are known. Any other is called by its name.
const UNITS: [UnitWords; 13] = [
    counted("credits", "credit", "credits", "点额度"),
    counted("points", "point", "points", "积分"),
    counted("days", "day", "days", "天"),
    counted("premium_days", "premium day", "premium days", "天会员"),
    currency("usd", "USD", "美元", 2),
    currency("eur", "EUR", "欧元", 2),
    currency("gbp", "GBP", "英镑", 2),
    currency("cny", "CNY", "元", 2),
    currency("hkd", "HKD", "港元", 2),
    currency("twd", "TWD", "新台币", 2),
    currency("sgd", "SGD", "新加坡元", 2),
    currency("jpy", "JPY", "日元", 0),
    currency("krw", "KRW", "韩元", 0),
];

fn known(unit: &Unit) -> Option<&'static UnitWords> {
    UNITS.iter().find(|words| words.unit == unit.as_str())
}

fn decimals(unit: &Unit) -> usize {
    known(unit).map_or(0, |words| words.decimals)
}

/// An amount as people write it into a form, without its unit: `10.50` of `usd`, `1200` of `credits`.
pub fn amount_text(amount: Amount, unit: &Unit) -> String {
    digits(amount, decimals(unit), false)
}

/// The amount that somebody wrote for a unit, as [`amount_text`] writes it; thousands may be set apart by commas. None
/// where it is no number, or finer than the unit.
pub fn parse_amount(text: &str, unit: &Unit) -> Option<Amount> {
    let text = text.trim().replace(',', "");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let decimals = decimals(unit);
    let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !numeric(whole) || !numeric(fraction) || fraction.len() > decimals {
        return None;
    }
    format!("{whole}{fraction:0<decimals$}")
        .parse()
        .ok()
        .map(Amount)
}

/// An amount of a unit: `1,200 credits`, `10.50 USD`, `1,200 点额度`.
pub fn amount_words(amount: Amount, unit: &Unit, locale: Locale) -> String {
    let number = digits(amount, decimals(unit), true);
    let name = match known(unit) {
        Some(words) => {
            let en = if amount == Amount(1) {
                words.one
            } else {
                words.many
            };
            locale.pick(en, words.zh).to_owned()
        }
        None => spaced(unit.as_str()),
    };
    format!("{number} {name}")
}

/// What a reward is, as the object of "you get": `100 credits`, `the badge “Pioneer”`.
pub fn reward_words(reward: &Reward, locale: Locale) -> String {
    match reward {
        Reward::Units { unit, amount } => amount_words(*amount, unit, locale),
        Reward::Badge { name } => {
            locale.pick(format!("the badge “{name}”"), format!("“{name}”徽章"))
        }
        Reward::Title { name } => {
            locale.pick(format!("the title “{name}”"), format!("“{name}”称号"))
        }
        Reward::Coupon { .. } => locale.pick("a coupon", "一张优惠券").to_owned(),
        Reward::Entitlement { feature, days } => {
            let plural = if *days == 1 { "day" } else { "days" };
            locale.pick(
                format!("{days} {plural} of {}", spaced(feature)),
                format!("“{}”{days} 天使用权", spaced(feature)),
            )
        }
        Reward::Custom { name, .. } => spaced(name),
    }
}

/// A day, as mails and pages write it: `3 Dec 2026`, `2026年12月3日`.
pub fn date_words(day: NaiveDate, locale: Locale) -> String {
    day.format(locale.pick("%-d %b %Y", "%Y年%-m月%-d日"))
        .to_string()
}

/// A name such as `first_project` as people would write it.
pub(crate) fn spaced(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

/// Minor units as a decimal number, thousands set apart or not.
fn digits(amount: Amount, decimals: usize, apart: bool) -> String {
    let digits = format!("{:0>width$}", amount.0.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let mut text = String::from(if amount.0 < 0 { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if apart && index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if decimals > 0 {
        text.push('.');
        text.push_str(fraction);
    }
    text
}
