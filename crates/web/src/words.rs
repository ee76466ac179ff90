//! Closed sets in words.

pub(crate) mod agents;
pub(crate) mod record;
pub(crate) mod refusals;
pub(crate) mod rights;
pub(crate) mod states;

use kernel::{FieldError, Problem, ProblemCode};

use crate::{look::Frame, texts::Texts};

/// What is wrong with a field.
pub(crate) fn fault(t: &'static Texts, fault: &FieldError) -> &'static str {
    let field = fault.field.rsplit('.').next().unwrap_or_default();
    let field = field.split('[').next().unwrap_or_default();
    match (fault.code.as_str(), field) {
        ("invalid", "email") => t.faults.email,
        ("invalid", "slug" | "key" | "pool") => t.faults.slug,
        ("invalid", "on" | "qualify_on") => t.faults.event,
        ("invalid", "if") => t.faults.condition,
        ("invalid" | "url", "landing_url" | "url") => t.faults.url,
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
        ("unsuitable", _) => t.faults.unsuitable,
        ("quota", _) => t.faults.quota,
        ("program_ended", _) => t.faults.program_ended,
        ("not_enough", _) => t.faults.not_enough,
        ("self", _) => t.faults.themselves,
        ("open_already", _) => t.faults.open_already,
        ("number", _) => t.faults.number,
        ("amount", _) => t.faults.amount,
        ("unit", _) => t.faults.unit,
        ("time", _) => t.faults.time,
        ("json", _) => t.faults.json,
        ("duplicate", _) => t.faults.duplicate,
        ("out_of_order", _) => t.faults.out_of_order,
        ("not_allowed", _) => t.faults.not_allowed,
        ("reserved", _) => t.faults.reserved,
        _ => t.faults.other,
    }
}

/// Title and sentence of a page that says what went wrong.
pub(crate) fn problem(f: &Frame, problem: &Problem) -> (&'static str, &'static str) {
    let (t, invitation) = (&f.t.shell, &f.t.landing);
    match problem.code {
        ProblemCode::NotFound | ProblemCode::MethodNotAllowed => (t.not_found_title, t.not_found),
        ProblemCode::Forbidden | ProblemCode::Unauthenticated => (t.forbidden_title, t.forbidden),
        ProblemCode::RateLimited => (t.busy_title, t.busy),
        ProblemCode::Internal | ProblemCode::Unavailable => (t.failed_title, t.failed),
        ProblemCode::InviteCodeInvalid => (invitation.unknown_title, invitation.unknown),
        ProblemCode::InviteCodeExpired => (invitation.expired_title, invitation.ask_again),
        ProblemCode::InviteCodeRevoked => (invitation.revoked_title, invitation.ask_again),
        ProblemCode::InviteCodeExhausted => (invitation.exhausted_title, invitation.ask_again),
        code => (t.refused_title, refusals::refused(f, code)),
    }
}
