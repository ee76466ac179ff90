//! The words that stand in a template itself.

/// Attributes that people read or hear.
const READ: [&str; 6] = [
    "alt",
    "aria-label",
    "aria-description",
    "label",
    concat!("place", "holder"),
    "title",
];

/// The words between the tags of a template and in the attributes that people read: line, words.
pub(super) fn literals(template: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = Blank::of(template).0.as_str().to_owned();
    let mut line = 1;
    while !rest.is_empty() {
        let (text, tail) = rest
            .split_once('<')
            .map_or((rest.as_str(), ""), |(text, tail)| (text, tail));
        found.push((line, squeezed(text)));
        line += text.matches('\n').count();
        let end = tag_end(tail);
        let (tag, after) = tail.split_at(end);
        for words in read_attributes(tag) {
            found.push((line, squeezed(&words)));
        }
        line += tag.matches('\n').count();
        rest = after.trim_start_matches('>').to_owned();
    }
    found.retain(|(_, words)| !words.is_empty());
    found
}

/// A template without what askama replaces, without comments, and without the class that `width` is; the lines stay.
struct Blank(String);

impl Blank {
    fn of(template: &str) -> Self {
        let pairs = [
            ("{% block width %}", "{% endblock %}"),
            ("{#", "#}"),
            ("{{", "}}"),
            ("{%", "%}"),
            ("<!--", "-->"),
        ];
        let mut text = template.to_owned();
        for (open, close) in pairs {
            while let Some(start) = text.find(open) {
                let length = text[start..]
                    .find(close)
                    .map_or(text.len() - start, |at| at + close.len());
                let lines = text[start..start + length].matches('\n').count();
                text.replace_range(start..start + length, &"\n".repeat(lines));
            }
        }
        Self(text)
    }
}

/// Where a tag ends, whatever its attributes hold.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, c) in tag.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    tag.len()
}

fn read_attributes(tag: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in READ {
        for (at, _) in tag.match_indices(&format!(" {name}=\"")) {
            let value = &tag[at + name.len() + 3..];
            found.push(value.split('"').next().unwrap_or_default().to_owned());
        }
    }
    found
}

/// With single spaces, and without what is written in figures and entities.
fn squeezed(text: &str) -> String {
    let words: Vec<_> = text
        .split_whitespace()
        .filter(|word| !word.starts_with('&'))
        .collect();
    words.join(" ")
}
