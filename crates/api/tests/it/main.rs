//! The OpenAPI document, held to what the code does, and the edge over HTTP. The stories are told in `testkit`.

mod codes;
mod document;
mod edge;
mod shapes;

use serde_json::Value;

/// The document as a client reads it.
fn document() -> Value {
    serde_json::to_value(inviter_api::openapi()).expect("a document")
}

/// Path, method and operation of everything there is.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("a path item");
            methods
                .iter()
                .map(|(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}
