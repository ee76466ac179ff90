//! Why something could not be done.

use kernel::{Problem, ProblemCode};
use notify::refusal_sentence;

use crate::look::Frame;

/// Why somebody's action was refused.
pub(crate) fn refused(f: &Frame, code: ProblemCode) -> &'static str {
    let t = &f.t.faults;
    match code {
        ProblemCode::InvalidTransition => t.moved_on,
        ProblemCode::Conflict | ProblemCode::IdempotencyConflict => t.contradicts,
        ProblemCode::InsufficientBalance => t.not_enough,
        ProblemCode::QuotaExceeded => t.quota,
        ProblemCode::CodeTaken => t.taken,
        ProblemCode::CodeUnsuitable => t.unsuitable,
        ProblemCode::ValidationFailed => t.other,
        ProblemCode::PayloadTooLarge => t.too_many,
        other => refusal_sentence(other, f.locale),
    }
}

/// The note above a form that was refused; none where the fields say all of it.
pub(crate) fn note(f: &Frame, problem: &Problem) -> Option<&'static str> {
    problem
        .fields
        .is_empty()
        .then(|| super::problem(f, problem).1)
}
