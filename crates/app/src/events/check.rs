//! Whether an event has the shape of one. All that is wrong is told at once.

use chrono::TimeDelta;
use domain::{
    members::email_key,
    referrals::{Event, EventType},
};
use kernel::{FieldError, Problem, Timestamp, is_usable};

/// Events may be told from so far in the future: clocks differ.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// The largest document of properties, in bytes of JSON.
const PROPERTIES: usize = 16 * 1024;

/// Checks an event's shape.
pub(super) fn check(event: &Event, now: Timestamp) -> Result<(), Problem> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, code: &str, message: &str| {
        errors.push(FieldError {
            field: field.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
        });
    };
    let kind = event.kind.as_str();
    let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.:-".contains(&b);
    if kind.is_empty() || kind.len() > 64 || !kind.bytes().all(named) {
        wrong(
            "type",
            "invalid",
            "1 to 64 of: lower-case letters, digits, `_`, `.`, `:`, `-`.",
        );
    }
    if event.external_id.is_none() && event.email.is_none() {
        wrong(
            "external_id",
            "required",
            "Say whom the event is about: `external_id`, `email` or both.",
        );
    }
    texts(event, &mut wrong);
    if event.email.as_deref().is_some_and(|email| !is_email(email)) {
        wrong("email", "invalid", "This is no e-mail address.");
    }
    if event
        .locale
        .as_deref()
        .is_some_and(|locale| !matches!(locale, "en" | "zh"))
    {
        wrong("locale", "invalid", "`en` or `zh`.");
    }
    if event.clicks.len() > 20 || event.clicks.iter().any(|click| click.len() > 128) {
        wrong("click_ids", "too_many", "At most 20 click ids.");
    }
    match event.occurred_at {
        Some(at) if !is_usable(at) => {
            let message = "Use a time from 1970 to 9999.";
            wrong("occurred_at", "out_of_range", message);
        }
        Some(at) if at > now + SKEW => {
            let message = "The event cannot lie in the future.";
            wrong("occurred_at", "in_the_future", message);
        }
        _ => {}
    }
    if serde_json::to_string(&event.properties).is_ok_and(|text| text.len() > PROPERTIES) {
        wrong("properties", "too_large", "At most 16 KiB of JSON.");
    }
    amounts(event, &mut wrong);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::fields(errors))
    }
}

fn texts(event: &Event, wrong: &mut impl FnMut(&str, &str, &str)) {
    for (field, text, most) in [
        ("event_id", &event.key, 180),
        ("external_id", &event.external_id, 191),
        ("name", &event.name, 120),
        ("program", &event.program, 64),
        ("code", &event.code, 64),
        ("order_id", &event.order, 191),
        ("address", &event.address, 64),
        ("device", &event.device, 255),
    ] {
        if let Some(text) = text {
            if text.trim().is_empty() || text.chars().count() > most {
                wrong(field, "invalid_length", &format!("1 to {most} characters."));
            } else if text.chars().any(char::is_control) {
                wrong(field, "invalid", "Control characters are not accepted.");
            }
        }
    }
}

fn amounts(event: &Event, wrong: &mut impl FnMut(&str, &str, &str)) {
    if event
        .amount
        .is_some_and(|amount| !(1..=1_000_000_000_000_000).contains(&amount.0))
    {
        wrong(
            "amount",
            "out_of_range",
            "A whole number of minor units from 1 to 10^15.",
        );
    }
    match event.kind {
        EventType::Refund => {
            if event.amount.is_none() {
                wrong(
                    "amount",
                    "required",
                    "Say how much was paid back, in minor units.",
                );
            }
            if event.order.is_none() {
                wrong("order_id", "required", "Say which order was paid back.");
            }
        }
        EventType::Purchase if event.order.is_some() && event.amount.is_none() => {
            wrong(
                "amount",
                "required",
                "An order needs its amount, so that refunds can be proportional.",
            );
        }
        EventType::Claim if event.code.is_none() => {
            wrong("code", "required", "Say whose code the member claims.");
        }
        _ => {}
    }
}

/// Whether a text has the shape of an e-mail address: something, one `@`, a domain with a dot; at most 191 bytes.
pub fn is_email(text: &str) -> bool {
    let key = email_key(text);
    let Some((name, domain)) = key.rsplit_once('@') else {
        return false;
    };
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';' | '@')
    };
    key.len() <= 191
        && !name.is_empty()
        && !name.chars().any(odd)
        && !domain.chars().any(odd)
        && domain.split('.').count() > 1
        && domain.split('.').all(|label| !label.is_empty())
}
