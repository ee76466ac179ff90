//! What holds for every operation.

use std::collections::BTreeSet;

use kernel::ProblemCode;
use serde_json::Value;

use crate::{document, operations};

#[test]
fn it_is_openapi_3_1() {
    assert_eq!(document()["openapi"], "3.1.0");
}

#[test]
fn the_paths_are_these() {
    let document = document();
    let lines: Vec<String> = operations(&document)
        .into_iter()
        .map(|(path, method, operation)| {
            format!(
                "{method:6} {path} {}",
                operation["operationId"].as_str().unwrap()
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = document();
    let operations = operations(&document);
    let ids: BTreeSet<&str> = operations
        .iter()
        .filter_map(|(_, _, operation)| operation["operationId"].as_str())
        .collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_operation_says_what_it_does_under_one_heading() {
    for (path, method, operation) in operations(&document()) {
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| text.ends_with('.')),
            "{method} {path}"
        );
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{method} {path}"
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            references.extend(
                object
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[test]
fn every_path_parameter_is_described() {
    for (path, method, operation) in operations(&document()) {
        let named: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let parameters = operation["parameters"].as_array().expect("parameters");
        let described: BTreeSet<&str> = parameters
            .iter()
            .filter(|p| p["in"] == "path")
            .filter_map(|p| p["name"].as_str())
            .collect();
        assert_eq!(named, described, "{method} {path}");
    }
}

#[test]
fn every_problem_code_is_named() {
    let codes = &document()["components"]["schemas"]["ProblemBody"]["properties"]["code"]["enum"];
    let named: BTreeSet<&str> = codes
        .as_array()
        .expect("codes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let known: BTreeSet<&str> = ProblemCode::ALL.iter().map(|code| code.slug()).collect();
    assert_eq!(named, known);
}

#[test]
fn problems_stand_under_their_own_status() {
    for (path, method, operation) in operations(&document()) {
        let answers = operation["responses"].as_object().expect("answers");
        assert!(
            answers.contains_key("401") && answers.contains_key("429"),
            "{method} {path}"
        );
        for (status, answer) in answers
            .iter()
            .filter(|(status, _)| status.starts_with(['4', '5']))
        {
            let text = answer["description"].as_str().expect("a description");
            for line in text.split("\n\n") {
                let code = ProblemCode::ALL
                    .iter()
                    .find(|code| line.starts_with(&format!("`{}`", code.slug())));
                let code = code.unwrap_or_else(|| panic!("{method} {path}: {line}"));
                assert_eq!(
                    code.status().to_string(),
                    *status,
                    "{method} {path}: {line}"
                );
            }
        }
    }
}

#[test]
fn what_makes_something_answers_201_and_nothing_answers_202() {
    for (path, method, operation) in operations(&document()) {
        let answers = operation["responses"].as_object().expect("answers");
        let good: Vec<&str> = answers
            .keys()
            .map(String::as_str)
            .filter(|status| status.starts_with('2'))
            .collect();
        assert!(
            good == ["200"] || (good == ["201"] && method == "post"),
            "{method} {path}: {good:?}"
        );
    }
}

#[test]
fn writes_take_an_idempotency_key_and_reads_do_not() {
    for (path, method, operation) in operations(&document()) {
        let parameters = operation["parameters"].as_array().expect("parameters");
        let takes = parameters
            .iter()
            .any(|p| p["$ref"] == "#/components/parameters/idempotency_key");
        assert_eq!(takes, method != "get", "{method} {path}");
    }
}

#[test]
fn bodies_refuse_what_they_do_not_know() {
    let document = document();
    let bodies = operations(&document)
        .into_iter()
        .filter_map(|(path, _, operation)| {
            Some((
                path,
                operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                    .as_str()?,
            ))
        });
    let mut seen = 0;
    for (path, reference) in bodies {
        let schema = document.pointer(&reference[1..]).expect("a schema");
        assert_eq!(schema["additionalProperties"], false, "{path}: {reference}");
        seen += 1;
    }
    assert!(seen > 20);
}
