//! What stands in the path and the query.

use axum::extract::{FromRequestParts, Path, path::ErrorKind, rejection::PathRejection};
use http::request::Parts;
use kernel::{FieldError, Problem, ProblemCode};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::problem::{ProblemResponse, internal};

const LONGEST_MESSAGE: usize = 200;

/// The query, read as a `T`; refused with `validation_failed` and the parameter that is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemResponse> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let query = serde_urlencoded::Deserializer::new(pairs);
        let value = serde_path_to_error::deserialize(query).map_err(|error| {
            Problem::fields(vec![field_error(
                &error.path().to_string(),
                &error.inner().to_string(),
            )])
        })?;
        Ok(Self(value))
    }
}

/// The parameters of the path, read as a `T`; what cannot be one names nothing here: `not_found`.
#[derive(Debug, Clone, Copy)]
pub struct PathOf<T>(pub T);

impl<T, S> FromRequestParts<S> for PathOf<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                Err(refused(error.into_kind()))
            }
            Err(rejection) => Err(internal(rejection)),
        }
    }
}

fn refused(kind: ErrorKind) -> ProblemResponse {
    let detail = match kind {
        ErrorKind::InvalidUtf8InPathParam { key } => {
            return Problem::new(
                ProblemCode::MalformedRequest,
                format!("`{key}` in the path is not UTF-8."),
            )
            .into();
        }
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            return internal(format!("the route does not fit its handler: {kind}"));
        }
        ErrorKind::ParseErrorAtKey {
            key, expected_type, ..
        } => format!("`{key}` is not a valid {expected_type}."),
        ErrorKind::DeserializeError { key, message, .. } => {
            format!("`{key}`: {}.", shortened(&message))
        }
        ErrorKind::Message(message) => format!("The path: {}.", shortened(&message)),
        _ => ProblemCode::NotFound.title().to_owned(),
    };
    Problem::new(ProblemCode::NotFound, detail).into()
}

/// A serde message about the value at `path` as an error of a field.
///
/// serde reports a missing or unknown field at its parent and names it in the message.
pub(crate) fn field_error(path: &str, message: &str) -> FieldError {
    let path = if path == "." { "" } else { path };
    let named = |start: &str| message.strip_prefix(start)?.split('`').next();
    let (field, code) = match (named("missing field `"), named("unknown field `")) {
        (Some(name), _) => (join(path, name), "required"),
        (_, Some(name)) => (join(path, name), "unknown"),
        _ => (path.to_owned(), "invalid"),
    };
    FieldError {
        field,
        code: code.to_owned(),
        message: shortened(message),
    }
}

fn join(path: &str, name: &str) -> String {
    // The path to an unknown field ends with its name already, the path to a missing one does not.
    let named = path.rsplit('.').next() == Some(name);
    match path {
        "" => name.to_owned(),
        _ if named => path.to_owned(),
        _ => format!("{path}.{name}"),
    }
}

/// Messages may quote what was sent, which may be long.
fn shortened(message: &str) -> String {
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}
