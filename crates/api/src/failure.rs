//! The problems of an endpoint, as the document tells them.

use std::collections::BTreeMap;

use kernel::ProblemCode;
use utoipa::openapi::{
    ContentBuilder, Ref, RefOr,
    response::{Response, ResponseBuilder},
};

/// What every endpoint may answer: also that its path is no text, that the project which a header names is not there, and
/// that a body came with an `Idempotency-Key` and is too large to be remembered.
const ALWAYS: [ProblemCode; 9] = [
    ProblemCode::MalformedRequest,
    ProblemCode::PayloadTooLarge,
    ProblemCode::NotFound,
    ProblemCode::ValidationFailed,
    ProblemCode::Unauthenticated,
    ProblemCode::Forbidden,
    ProblemCode::RateLimited,
    ProblemCode::Internal,
    ProblemCode::Unavailable,
];

/// What every endpoint may answer that reads a body.
const OF_BODIES: [ProblemCode; 2] = [
    ProblemCode::IdempotencyConflict,
    ProblemCode::UnsupportedMediaType,
];

/// `failures!(reads: NotFound)` or `failures!(writes: NotFound, Conflict)`: the problem codes that an endpoint answers
/// beside those that all do, as the `Failure` of its description.
macro_rules! failures {
    (reads: $($code:ident),* $(,)?) => {
        $crate::failure::failures!(@ false; $($code),*);
    };
    (writes: $($code:ident),* $(,)?) => {
        $crate::failure::failures!(@ true; $($code),*);
    };
    (@ $body:literal; $($code:ident),*) => {
        /// What the endpoint answers when it does not do what it was asked.
        enum Failure {}

        impl utoipa::IntoResponses for Failure {
            fn responses() -> $crate::failure::Responses {
                $crate::failure::responses($body, &[$(kernel::ProblemCode::$code),*])
            }
        }
    };
}

pub(crate) use failures;

/// Responses by status.
pub(crate) type Responses = BTreeMap<String, RefOr<Response>>;

/// One response for each status that the codes have.
pub(crate) fn responses(reads_body: bool, own: &[ProblemCode]) -> Responses {
    let of_bodies: &[_] = if reads_body { &OF_BODIES } else { &[] };
    let mut by_status: BTreeMap<u16, Vec<ProblemCode>> = BTreeMap::new();
    for code in own.iter().chain(of_bodies).chain(&ALWAYS) {
        let codes = by_status.entry(code.status()).or_default();
        if !codes.contains(code) {
            codes.push(*code);
        }
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), response(&codes).into()))
        .collect()
}

fn response(codes: &[ProblemCode]) -> Response {
    let lines: Vec<String> = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.slug(), code.title()))
        .collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemBody")))
        .build();
    ResponseBuilder::new()
        .description(lines.join("\n\n"))
        .content("application/problem+json", content)
        .build()
}
