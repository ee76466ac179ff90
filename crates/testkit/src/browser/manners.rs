//! What every page keeps to.

use std::collections::BTreeSet;

use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html};

use super::sheet::{parse, words};

/// Fails the test with everything that is wrong with a page.
pub(super) fn check(path: &str, headers: &HeaderMap, document: &Html) {
    let mut wrong = Vec::new();
    headers_forbid(headers, &mut wrong);
    nothing_is_inline(document, &mut wrong);
    ids_are_one(document, &mut wrong);
    everything_is_named(document, &mut wrong);
    assert!(wrong.is_empty(), "{path}:\n{}", wrong.join("\n"));
}

fn headers_forbid(headers: &HeaderMap, wrong: &mut Vec<String>) {
    let value = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let policy = value("content-security-policy");
    for wanted in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        if !policy.contains(wanted) {
            wrong.push(format!("the policy lacks {wanted}: {policy}"));
        }
    }
    if policy.contains("unsafe") {
        wrong.push(format!("the policy permits what is unsafe: {policy}"));
    }
    for (name, wanted) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
    ] {
        if value(name) != wanted {
            wrong.push(format!("{name} is {:?}, not {wanted}", value(name)));
        }
    }
}

fn nothing_is_inline(document: &Html, wrong: &mut Vec<String>) {
    for element in document.select(&parse("*")) {
        let name = element.value().name();
        if name == "style" || (name == "script" && element.attr("src").is_none()) {
            wrong.push(format!("inline: {}", element.html()));
        }
        for (attribute, value) in element.value().attrs() {
            let script = attribute.starts_with("on");
            let style = attribute == "style";
            let address = value.trim_start().to_lowercase().starts_with("javascript:");
            if script || style || address {
                wrong.push(format!("inline: <{name} {attribute}=\"{value}\">"));
            }
        }
    }
}

fn ids_are_one(document: &Html, wrong: &mut Vec<String>) {
    let mut ids = BTreeSet::new();
    for element in document.select(&parse("[id]")) {
        let id = element.attr("id").unwrap_or_default();
        if !ids.insert(id) {
            wrong.push(format!("two elements have the id {id:?}"));
        }
    }
    let names = [
        "for",
        "aria-labelledby",
        "aria-describedby",
        "popovertarget",
    ];
    for name in names {
        for element in document.select(&parse(&format!("[{name}]"))) {
            let wanted = element.attr(name).unwrap_or_default();
            for id in wanted.split_whitespace().filter(|id| !ids.contains(id)) {
                wrong.push(format!("{name} names {id:?}, which is not there"));
            }
        }
    }
}

fn everything_is_named(document: &Html, wrong: &mut Vec<String>) {
    let headings = document.select(&parse("h1")).count();
    if headings != 1 {
        wrong.push(format!("{headings} headings of the first order"));
    }
    let labels: BTreeSet<_> = document
        .select(&parse("label[for]"))
        .filter(|label| !words(*label).is_empty())
        .filter_map(|label| label.attr("for"))
        .collect();
    for field in document.select(&parse("input:not([type=hidden]), select, textarea")) {
        let labelled = field.attr("id").is_some_and(|id| labels.contains(id));
        let inside = field.ancestors().filter_map(ElementRef::wrap);
        let inside = inside
            .into_iter()
            .any(|parent| parent.value().name() == "label");
        if !(labelled || inside || is_named(field)) {
            wrong.push(format!("without a label: {}", field.html()));
        }
    }
    for control in document.select(&parse("a[href], button")) {
        let hidden = control.attr("aria-hidden") == Some("true");
        if words(control).is_empty() && !is_named(control) && !hidden {
            wrong.push(format!("without words: {}", control.html()));
        }
    }
}

fn is_named(element: ElementRef<'_>) -> bool {
    let named = |name| element.attr(name).is_some_and(|name| !name.is_empty());
    named("aria-label") || named("aria-labelledby")
}
