//! Every word that a person reads comes from the texts, in both languages, with the same places to be filled in.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::literals::literals;

/// What is the same in every language.
const NAMES: [&str; 8] = [
    "Inviter",
    "English",
    "中文",
    "CSV",
    "PNG",
    "SVG",
    "UTC",
    "webhook-id",
];
/// A page for those who work on the pages.
const WORKSHOP: &str = "console/parts.html";

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../web")
}

/// Every file below a folder with this ending: its place in the folder, its text.
fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == ending) {
                let place = path.strip_prefix(folder).unwrap().display().to_string();
                found.push((place, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_template_has_words_of_its_own() {
    let mut wrong = Vec::new();
    let templates = files(&web().join("templates"), "html");
    assert!(templates.len() > 10, "{} templates", templates.len());
    for (path, text) in templates.iter().filter(|(path, _)| path != WORKSHOP) {
        for (line, words) in literals(text) {
            let rest = NAMES
                .iter()
                .fold(words.clone(), |rest, name| rest.replace(name, ""));
            if rest.chars().any(char::is_alphabetic) {
                wrong.push(format!("{path}:{line}: {words}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these belong into src/texts:\n{}",
        wrong.join("\n")
    );
}

/// Between two English sentences there is a blank, between two Chinese ones nothing: `f.gap()`.
#[test]
fn no_template_parts_two_texts_by_a_blank() {
    let mut wrong = Vec::new();
    for (path, text) in files(&web().join("templates"), "html") {
        for (number, line) in text.lines().enumerate() {
            for blank in [
                "}} {{ f.t.",
                "%} {{ f.t.",
                "}} {{ sentence",
                "%} {{ sentence",
            ] {
                if line.contains(blank) {
                    wrong.push(format!("{path}:{}: {blank}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_walk_finds_words() {
    let found = |text| {
        literals(text)
            .into_iter()
            .map(|(_, words)| words)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("<p class=\"a b\">Hello {{ name }}</p>"), ["Hello"]);
    assert_eq!(
        found("<p>{% if a > b %}{{ x }}{% else %}No{% endif %}</p>"),
        ["No"]
    );
    assert_eq!(found("<a title=\"Go\" href=\"/go\"></a>"), ["Go"]);
    assert_eq!(found("<a aria-label=\"{{ label }}\"></a>"), [""; 0]);
    assert_eq!(found("<a aria-label=\"To {{ label }}\"></a>"), ["To"]);
    assert_eq!(found("{# words #}<!-- words --><!doctype html>"), [""; 0]);
    assert_eq!(
        found("{% call ui::badge(\"Draft\") %}{% endcall %}"),
        [""; 0]
    );
}

/// The texts of a file: name, English, Chinese.
fn texts(source: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for line in source.lines().map(str::trim) {
        let parts: Vec<&str> = line.split('"').collect();
        // `name "English" "Chinese";` where neither has an escaped quotation mark.
        if let [name, english, " ", chinese, ";"] = parts[..] {
            found.push((
                name.trim().to_owned(),
                english.to_owned(),
                chinese.to_owned(),
            ));
        }
    }
    found
}

fn places(text: &str) -> BTreeSet<String> {
    let places = text.split('{').skip(1);
    places
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect()
}

#[test]
fn both_languages_have_the_same_places() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (path, source) in files(&web().join("src/texts"), "rs") {
        for (name, english, chinese) in texts(&source) {
            count += 1;
            let mut said = |what: &str| wrong.push(format!("{path} {name}: {what}"));
            if places(&english) != places(&chinese) {
                said("the places are not the same");
            }
            if english.trim().is_empty() || chinese.trim().is_empty() {
                said("a language says nothing");
            }
            if english.chars().any(is_chinese) && !english.contains("中文") {
                said("the English is Chinese");
            }
            if chinese.contains('|') {
                said("Chinese has one form for every number");
            }
            for form in english.split('|') {
                if form.is_empty() {
                    said("a form of the number is missing");
                }
            }
        }
    }
    assert!(count > 100, "{count} texts were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}
