//! Numbers and times in the way of a language.

use chrono::{NaiveDate, TimeDelta};
use kernel::Timestamp;
use notify::{Locale, date_words};

use super::filters::counted;
use crate::texts::Texts;

/// Digits in groups of three: both languages write them so.
pub(crate) fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", number),
    };
    let (whole, rest) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(rest) = rest {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// A day without its year.
pub(crate) fn short_day(day: NaiveDate, locale: Locale) -> String {
    let form = match locale {
        Locale::En => "%-d %b",
        Locale::Zh => "%-m月%-d日",
    };
    day.format(form).to_string()
}

/// A day with the time, UTC.
pub(crate) fn moment(at: Timestamp, locale: Locale) -> String {
    format!(
        "{} {}",
        date_words(at.date_naive(), locale),
        at.format("%H:%M")
    )
}

/// How long ago, or how soon; from a month on the day.
pub(crate) fn ago(at: Timestamp, now: Timestamp, t: &Texts, locale: Locale) -> String {
    let past = at <= now;
    let span: TimeDelta = if past { now - at } else { at - now };
    let (minutes, hours, days) = if past {
        (t.words.minutes_ago, t.words.hours_ago, t.words.days_ago)
    } else {
        (t.words.in_minutes, t.words.in_hours, t.words.in_days)
    };
    match (span.num_minutes(), span.num_hours(), span.num_days()) {
        (0, _, _) => t.words.now.to_owned(),
        (n, 0, _) => counted(minutes, &n.to_string()),
        (_, n, 0) => counted(hours, &n.to_string()),
        (_, _, n) if n < 30 => counted(days, &n.to_string()),
        _ => date_words(at.date_naive(), locale),
    }
}
