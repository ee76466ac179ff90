//! Links between Markdown files.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Finding, Rule, Tree};

const SUMMARY: &str = "docs/SUMMARY.md";

/// A relative link of a Markdown file.
struct Link {
    line: usize,
    /// As written.
    written: String,
    /// The path it leads to, from the root; none where it leaves the repository.
    path: Option<String>,
    /// The heading it leads to, if it names one.
    anchor: Option<String>,
}

/// Every relative link leads to a file, a directory or a heading that is there.
pub(super) fn resolve(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, text) in tree.texts(&[".md"]) {
        for link in links(file, text) {
            if let Some(what) = fault(tree, &link) {
                findings.push(Finding::line(Rule::Link, file, link.line, what));
            }
        }
    }
}

fn fault(tree: &Tree, link: &Link) -> Option<String> {
    let written = &link.written;
    let Some(path) = link.path.as_deref().filter(|path| tree.has(path)) else {
        return Some(format!("`{written}` leads nowhere"));
    };
    path.strip_suffix(".md")?;
    let anchor = link.anchor.as_ref()?;
    let headings = headings(tree.text(path)?);
    (!headings.contains(anchor)).then(|| format!("`{written}`: {path} has no heading #{anchor}"))
}

/// Every page below `docs/` is in the table of contents, where there is one.
pub(super) fn book(tree: &Tree, findings: &mut Vec<Finding>) {
    let Some(summary) = tree.text(SUMMARY) else {
        return;
    };
    let listed: BTreeSet<String> = links(SUMMARY, summary)
        .filter_map(|link| link.path)
        .collect();
    for (page, _) in tree
        .texts(&[".md"])
        .filter(|(page, _)| page.starts_with("docs/"))
    {
        if page != SUMMARY && !listed.contains(page) {
            findings.push(Finding::file(
                Rule::Book,
                page,
                "it is not in docs/SUMMARY.md",
            ));
        }
    }
}

fn parse(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
}

fn links(file: &str, text: &str) -> impl Iterator<Item = Link> {
    parse(text)
        .into_offset_iter()
        .filter_map(move |(event, range)| {
            let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event
            else {
                return None;
            };
            let line = text[..range.start].matches('\n').count() + 1;
            is_relative(&dest_url).then(|| link(file, line, &dest_url))
        })
}

/// Neither an address with a scheme nor a path of rustdoc.
fn is_relative(target: &str) -> bool {
    !target.contains("://") && !target.starts_with("mailto:") && !target.contains("::")
}

fn link(file: &str, line: usize, written: &str) -> Link {
    let (path, anchor) = match written.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (written, None),
    };
    let path = if path.is_empty() {
        Some(file.to_owned())
    } else {
        join(file, path)
    };
    Link {
        line,
        written: written.to_owned(),
        path,
        anchor,
    }
}

/// `target` as seen from `file`, as a path from the root.
fn join(file: &str, target: &str) -> Option<String> {
    let mut steps: Vec<&str> = file.split('/').collect();
    steps.pop();
    for step in target.split('/') {
        match step {
            "" if target.starts_with('/') => return None,
            "" | "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// The anchors of the headings, as Git hosts and mdBook make them.
fn headings(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in parse(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().as_deref().map(slug)),
            Event::Text(part) | Event::Code(part) => {
                if let Some(title) = heading.as_mut() {
                    title.push_str(&part);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn slug(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars()
        .filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter))
        .collect()
}
