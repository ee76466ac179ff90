//! The OpenAPI document as a contract: every answer of a test is held against it.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::Value;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(api::openapi()).expect("the document is JSON"));

/// Fails the test unless the document describes this answer.
pub(crate) fn check(method: &Method, path: &str, status: u16, content_type: &str, body: &[u8]) {
    if !path.starts_with("/api/v1/") {
        return;
    }
    let Some((template, operation)) = operation(method, path) else {
        // An unknown path or method is answered by the fallbacks, which the document does not list.
        assert!(
            matches!(status, 404 | 405),
            "{method} {path} answers {status} and is not documented"
        );
        return;
    };
    let response = &operation["responses"][status.to_string()];
    assert!(
        !response.is_null(),
        "{method} {template} answers {status}, which is not documented"
    );
    let kind = content_type.split(';').next().unwrap_or("");
    let content = &response["content"];
    if content.is_null() || body.is_empty() {
        return;
    }
    let media = &content[kind];
    assert!(
        !media.is_null(),
        "{method} {template} {status} answers {kind:?}, which is not documented"
    );
    if kind.ends_with("json") {
        let pointer = format!(
            "#/paths/{}/{}/responses/{status}/content/{}/schema",
            escaped(template),
            method.as_str().to_lowercase(),
            escaped(kind)
        );
        conforms(&pointer, body, &format!("{method} {template} {status}"));
    }
}

/// Validators by the place of their schema in the document: compiling one takes longer than a request.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

fn validator(pointer: &str) -> Arc<Validator> {
    let mut known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let made = known.entry(pointer.to_owned()).or_insert_with(|| {
        let mut schema = DOCUMENT.clone();
        schema["$ref"] = Value::String(pointer.to_owned());
        Arc::new(jsonschema::validator_for(&schema).expect("the document's schemas are valid"))
    });
    Arc::clone(made)
}

fn conforms(pointer: &str, body: &[u8], what: &str) {
    let body: Value = serde_json::from_slice(body).expect("a JSON answer is JSON");
    let validator = validator(pointer);
    let errors: Vec<String> = validator
        .iter_errors(&body)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{what} does not have the documented shape: {errors:?}\n{body:#}"
    );
}

fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let path = path.split('?').next().unwrap_or(path);
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let (one, other): (Vec<&str>, Vec<&str>) =
            (template.split('/').collect(), path.split('/').collect());
        one.len() == other.len()
            && one
                .iter()
                .zip(&other)
                .all(|(part, given)| part.starts_with('{') || part == given)
    };
    let mut found: Vec<_> = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .collect();
    // A literal segment beats a parameter.
    found.sort_by_key(|(template, _)| template.matches('{').count());
    let (template, item) = found
        .into_iter()
        .find(|(_, item)| !item[method.as_str().to_lowercase()].is_null())?;
    Some((template.as_str(), &item[method.as_str().to_lowercase()]))
}

fn escaped(part: &str) -> String {
    part.replace('~', "~0")
        .replace('/', "~1")
        .replace('{', "%7B")
        .replace('}', "%7D")
}
