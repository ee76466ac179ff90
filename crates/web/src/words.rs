//! Closed sets in words.

pub(crate) mod agents;
pub(crate) mod rights;

use kernel::{FieldError, Problem, ProblemCode};
use notify::refusal_sentence;

use crate::{look::Frame, texts::Texts};

/// What is wrong with a field.
pub(crate) fn fault(t: &'static Texts, fault: &FieldError) -> &'static str {
    let field = fault.field.rsplit('.').next().unwrap_or_default();
    match (fault.code.as_str(), field) {
        ("invalid", "email") => t.faults.email,
        ("invalid", "slug") => t.faults.slug,
        ("invalid", "url") => t.faults.url,
        ("required", _) => t.faults.required,
        ("invalid", _) => t.faults.invalid,
        ("invalid_length", _) => t.faults.invalid_length,
        ("too_long", _) => t.faults.too_long,
        ("too_short", _) => t.faults.too_short,
        ("too_many", _) => t.faults.too_many,
        ("too_common", _) => t.faults.too_common,
        ("unknown", _) => t.faults.unknown,
        ("taken", _) => t.faults.taken,
        ("out_of_range", _) => t.faults.out_of_range,
        ("in_the_past", _) => t.faults.in_the_past,
        ("not_allowed", "url") => t.faults.url_not_allowed,
        ("wrong", "current_password") => t.faults.wrong_password,
        _ => t.faults.other,
    }
}

/// Title and sentence of a page that says what went wrong.
pub(crate) fn problem(f: &Frame, problem: &Problem) -> (&'static str, &'static str) {
    let t = &f.t.shell;
    match problem.code {
        ProblemCode::NotFound | ProblemCode::MethodNotAllowed => (t.not_found_title, t.not_found),
        ProblemCode::Forbidden | ProblemCode::Unauthenticated => (t.forbidden_title, t.forbidden),
        ProblemCode::RateLimited => (t.busy_title, t.busy),
        ProblemCode::Internal | ProblemCode::Unavailable => (t.failed_title, t.failed),
        code => (t.refused_title, refusal_sentence(code, f.locale)),
    }
}
