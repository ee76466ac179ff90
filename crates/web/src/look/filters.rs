//! Filters of the templates that fill in texts.

#![expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "what `filter_fn` generates and asks for"
)]

use std::fmt::Display;

use super::times::grouped;

/// Puts something in the place of `{name}`.
#[askama::filter_fn]
pub(crate) fn with<V: Display>(
    text: impl Display,
    _: &dyn askama::Values,
    name: &str,
    value: V,
) -> askama::Result<String> {
    Ok(fill(&text.to_string(), name, &value.to_string()))
}

/// The form for this number, with the number in the place of `{n}`.
#[askama::filter_fn]
pub(crate) fn count<N: Display>(
    text: impl Display,
    _: &dyn askama::Values,
    number: N,
) -> askama::Result<String> {
    Ok(counted(&text.to_string(), &number.to_string()))
}

/// Begins with a capital: words that stand alone, in a cell or as a heading.
#[askama::filter_fn]
pub(crate) fn capital(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    let text = text.to_string();
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    Ok(first.into_iter().flatten().chain(rest).collect())
}

/// [`with`] for Rust.
pub(crate) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

/// [`count`] for Rust; `number` in digits.
pub(crate) fn counted(text: &str, number: &str) -> String {
    let form = match text.split_once('|') {
        Some((one, _)) if number == "1" => one,
        Some((_, many)) => many,
        None => text,
    };
    fill(form, "n", &grouped(number))
}
