//! Why something could not be done.

use domain::webhooks::DeliveryFault;
use kernel::{Problem, ProblemCode};
use notify::refusal_sentence;

use crate::{look::Frame, texts::Texts};

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

/// Why a message did not arrive. What earlier versions kept is a sentence already.
pub(crate) fn undelivered<'a>(t: &'static Texts, why: &'a str) -> &'a str {
    let t = &t.webhooks;
    match DeliveryFault::named(why) {
        Some(DeliveryFault::EndpointDisabled) => t.endpoint_disabled,
        Some(DeliveryFault::AddressNotAllowed) => t.address_not_allowed,
        Some(DeliveryFault::ConnectionRefused) => t.connection_refused,
        Some(DeliveryFault::ConnectionFailed) => t.connection_failed,
        Some(DeliveryFault::TlsFailed) => t.tls_failed,
        Some(DeliveryFault::ConnectionLost) => t.connection_lost,
        Some(DeliveryFault::TimedOut) => t.timed_out,
        Some(DeliveryFault::StatusNotAccepted) => t.status_not_accepted,
        None => why,
    }
}
