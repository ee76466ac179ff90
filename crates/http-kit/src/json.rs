//! JSON bodies: read within limits, checked, and refused field by field.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use kernel::{FieldError, Problem, ProblemCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use crate::{parameters::field_error, problem::ProblemResponse};

const DEEPEST: usize = 64;

/// A body that can say which of its fields are not valid.
pub trait Validate {
    /// What is wrong; empty when all is well.
    fn validate(&self) -> Vec<FieldError> {
        Vec::new()
    }
}

/// A JSON object that was read and found valid.
///
/// Refused with `unsupported_media_type`, `payload_too_large` (the route's `DefaultBodyLimit`), `malformed_request`
/// (no JSON, or nested deeper than 64) or `validation_failed` with the path of every field that is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Valid<T>(pub T);

impl<T, S> FromRequest<S> for Valid<T>
where
    T: DeserializeOwned + Validate,
    S: Send + Sync,
{
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, _: &S) -> Result<Self, ProblemResponse> {
        if !is_json(request.headers()) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let body = read_body(request).await?;
        Ok(Self(read(&body)?))
    }
}

/// The whole body, within the limit of the route.
pub(crate) async fn read_body(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(error)
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE =>
            {
                ProblemCode::PayloadTooLarge.into()
            }
            _ => Problem::new(
                ProblemCode::MalformedRequest,
                "The body ended before it was complete.",
            ),
        })
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn read<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T, Problem> {
    if deeper_than(DEEPEST, body) {
        let detail = format!("The body is nested deeper than {DEEPEST} levels.");
        return Err(Problem::new(ProblemCode::MalformedRequest, detail));
    }
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(no_object(body));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        match error.classify() {
            Category::Data => Problem::fields(vec![field_error(&path, &without_position(&error))]),
            _ => malformed(&error),
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    let errors = value.validate();
    if errors.is_empty() {
        Ok(value)
    } else {
        Err(Problem::fields(errors))
    }
}

/// Left to itself, serde would take the items of an array for the fields of a struct.
fn no_object(body: &[u8]) -> Problem {
    match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) => Problem::field("", "invalid", "Send a JSON object."),
        Err(error) => malformed(&error),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(
        ProblemCode::MalformedRequest,
        format!("The body is not valid JSON: {error}."),
    )
}

/// A path to the field says more than its line and column.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}

/// One pass over the bytes before anything is built from them.
fn deeper_than(limit: usize, json: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'[' | b'{') => depth += 1,
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}
