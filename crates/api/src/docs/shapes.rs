//! Schemas as text: what kind of value, which fields.

use serde_json::Value;

/// A kind of value: `string`, `list of Code`.
pub(super) struct Kind {
    /// Before the link.
    pub(super) text: String,
    /// The shape that it is of.
    pub(super) shape: Option<String>,
    /// Whether null is a value too.
    pub(super) or_null: bool,
}

/// A field of an object, or a parameter.
pub(super) struct Field {
    /// Its name.
    pub(super) name: String,
    /// Where a parameter stands: `path`, `query`, `header`.
    pub(super) place: String,
    /// Whether it has to be there.
    pub(super) required: bool,
    /// What it is.
    pub(super) kind: Kind,
    /// What it says.
    pub(super) text: String,
}

/// A schema with a name.
pub(super) struct Shape {
    /// The name.
    pub(super) name: String,
    /// What it says.
    pub(super) text: String,
    /// What it is where it is no object.
    pub(super) kind: Option<Kind>,
    /// Its forms: one for an object, more where it may be one of several.
    pub(super) forms: Vec<Form>,
}

/// One form of an object.
pub(super) struct Form {
    /// Its name, where there are several.
    pub(super) title: String,
    /// What it says.
    pub(super) text: String,
    /// Its fields.
    pub(super) fields: Vec<Field>,
}

impl Kind {
    /// A kind that is only a text.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            shape: None,
            or_null: false,
        }
    }
}

impl Shape {
    /// The schema under this name.
    pub(super) fn new(name: &str, schema: &Value) -> Self {
        let forms: Vec<Form> = match schema["oneOf"].as_array() {
            Some(forms) => forms.iter().map(Form::new).collect(),
            None if schema.get("properties").is_some() => vec![Form::new(schema)],
            None => Vec::new(),
        };
        let text = if schema.get("oneOf").is_some() || forms.is_empty() || forms.len() == 1 {
            words(schema)
        } else {
            String::new()
        };
        Self {
            name: name.to_owned(),
            text,
            kind: forms.is_empty().then(|| kind(schema)),
            forms,
        }
    }
}

impl Form {
    fn new(schema: &Value) -> Self {
        Self {
            title: schema["title"].as_str().unwrap_or_default().to_owned(),
            text: words(schema),
            fields: fields(schema),
        }
    }
}

/// The fields of an object.
fn fields(schema: &Value) -> Vec<Field> {
    let required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|n| n == name))
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, value)| Field {
            name: name.clone(),
            place: String::new(),
            required: required(name),
            kind: kind(value),
            text: words(value),
        })
        .collect()
}

/// What kind of value a schema describes.
pub(super) fn kind(schema: &Value) -> Kind {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Kind {
            text: String::new(),
            shape: Some(name.to_owned()),
            or_null: false,
        };
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let or_null = choices.iter().any(|choice| choice["type"] == "null");
        let other = choices.iter().find(|choice| choice["type"] != "null");
        return Kind {
            or_null,
            ..other.map_or_else(|| Kind::plain("any"), kind)
        };
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values
            .iter()
            .map(|value| value.as_str().unwrap_or_default())
            .collect();
        return Kind::plain(values.join(" | "));
    }
    let types = types(&schema["type"]);
    let or_null = types.contains(&"null");
    let main = types
        .into_iter()
        .find(|name| *name != "null")
        .unwrap_or("any");
    if main == "array" {
        let item = kind(&schema["items"]);
        return Kind {
            text: format!("list of {}", item.text),
            shape: item.shape,
            or_null,
        };
    }
    let format = schema["format"]
        .as_str()
        .map(|format| format!(" ({format})"))
        .unwrap_or_default();
    Kind {
        text: format!("{main}{format}"),
        shape: None,
        or_null,
    }
}

fn types(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn words(schema: &Value) -> String {
    rich(schema["description"].as_str().unwrap_or_default())
}

/// Text as HTML: escaped, with `code` and paragraphs.
pub(super) fn rich(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let mut in_code = false;
    for part in text.trim().replace("\n\n", "\u{2029}").chars() {
        match part {
            '`' => {
                html.push_str(if in_code { "</code>" } else { "<code>" });
                in_code = !in_code;
            }
            '\u{2029}' => html.push_str("<br>"),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    if in_code {
        html.push_str("</code>");
    }
    html
}
