//! The reference as a page: what the template shows, made of the document.

use askama::Template;
use kernel::ProblemCode;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::shapes::{Field, Kind, Shape, kind, rich};

/// The whole page.
#[derive(Template)]
#[template(path = "docs.html")]
pub(super) struct Page {
    title: String,
    intro: String,
    version: String,
    shared: Vec<Field>,
    groups: Vec<Group>,
    shapes: Vec<Shape>,
    problems: Vec<Explained>,
}

/// The operations of one resource.
struct Group {
    name: String,
    id: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Field>,
    body: Option<Kind>,
    answers: Vec<Answer>,
}

struct Answer {
    status: String,
    good: bool,
    kind: Option<Kind>,
    text: String,
}

struct Explained {
    slug: &'static str,
    status: u16,
    title: &'static str,
}

impl From<&OpenApi> for Page {
    fn from(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let components = &document["components"];
        Self {
            title: text(&document["info"]["title"]),
            intro: rich(&text(&document["info"]["description"])),
            version: text(&document["info"]["version"]),
            shared: objects(&components["parameters"])
                .map(|(_, value)| parameter(value))
                .collect(),
            groups: groups(&document["paths"]),
            shapes: objects(&components["schemas"])
                .map(|(name, schema)| Shape::new(name, schema))
                .collect(),
            problems: ProblemCode::ALL
                .iter()
                .map(|code| Explained {
                    slug: code.slug(),
                    status: code.status(),
                    title: code.title(),
                })
                .collect(),
        }
    }
}

/// The operations by their tag, in the order in which they come.
fn groups(paths: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in objects(paths) {
        for (method, operation) in objects(item) {
            let name = text(&operation["tags"][0]);
            let place = groups
                .iter()
                .position(|group| group.name == name)
                .unwrap_or_else(|| {
                    groups.push(Group {
                        id: name.replace(' ', "-"),
                        name,
                        operations: Vec::new(),
                    });
                    groups.len() - 1
                });
            groups[place]
                .operations
                .push(Operation::new(method, path, operation));
        }
    }
    groups
}

impl Operation {
    fn new(method: &str, path: &str, operation: &Value) -> Self {
        let own = operation["parameters"].as_array().into_iter().flatten();
        Self {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: rich(&text(&operation["summary"])),
            description: rich(&text(&operation["description"])),
            parameters: own
                .filter(|value| value.get("$ref").is_none())
                .map(parameter)
                .collect(),
            body: content(&operation["requestBody"]).map(|(_, schema)| kind(schema)),
            answers: objects(&operation["responses"])
                .map(|(status, value)| Answer::new(status, value))
                .collect(),
        }
    }
}

impl Answer {
    fn new(status: &str, answer: &Value) -> Self {
        let good = status.starts_with(['2', '3']);
        let kind = content(answer).filter(|_| good).map(|(media, schema)| {
            if media == "application/json" {
                kind(schema)
            } else {
                Kind::plain(media)
            }
        });
        Self {
            status: status.to_owned(),
            good,
            kind,
            text: rich(&text(&answer["description"])),
        }
    }
}

fn parameter(value: &Value) -> Field {
    Field {
        name: text(&value["name"]),
        place: text(&value["in"]),
        required: value["required"] == true,
        kind: kind(&value["schema"]),
        text: rich(&text(&value["description"])),
    }
}

/// Media type and schema of the first content.
fn content(holder: &Value) -> Option<(&str, &Value)> {
    objects(&holder["content"])
        .next()
        .map(|(media, content)| (media, &content["schema"]))
}

fn objects(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
