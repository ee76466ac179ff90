use xtask::lint::Rule;

use super::{at, findings, places};

#[test]
fn links_to_files_directories_and_headings_resolve() {
    let readme = "# Top\n\n## The *one* `way`\n\n[a](docs/a.md) [b](./docs) [c](#the-one-way) [d](docs/a.md#页-one)\n\
                  [e](https://example.com/none) [f](mailto:a@example.com) ![g](docs/g.svg)\n";
    let files = [
        ("README.md", readme),
        ("docs/a.md", "## 页 One\n\n[up](../README.md#top)\n"),
        ("docs/g.svg", "<svg/>"),
    ];
    assert_eq!(places(&files), []);
}

#[test]
fn links_in_code_are_text() {
    assert_eq!(
        places(&[("README.md", "`[a](none.md)`\n\n```\n[b](none.md)\n```\n")]),
        []
    );
}

#[test]
fn a_link_to_nothing_is_found_with_its_line() {
    let text = "# Top\n\nSee [this](docs/none.md).\n";
    assert_eq!(
        places(&[("README.md", text)]),
        at(Rule::Link, "README.md:3")
    );
    assert_eq!(
        places(&[("README.md", "![p](none.png)")]),
        at(Rule::Link, "README.md:1")
    );
}

#[test]
fn a_link_out_of_the_repository_or_from_its_root_is_found() {
    assert_eq!(
        places(&[("README.md", "[a](../a.md)")]),
        at(Rule::Link, "README.md:1")
    );
    assert_eq!(
        places(&[("README.md", "[a](/README.md)")]),
        at(Rule::Link, "README.md:1")
    );
}

#[test]
fn a_link_to_a_missing_heading_is_found() {
    let found = findings(&[("README.md", "[a](b.md#none)"), ("b.md", "# There\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what, "`b.md#none`: b.md has no heading #none");
}

#[test]
fn a_page_outside_the_table_of_contents_is_found() {
    let files = [
        ("docs/SUMMARY.md", "- [A](a.md)\n"),
        ("docs/a.md", "# A\n"),
        ("docs/sub/b.md", "# B\n"),
    ];
    assert_eq!(places(&files), at(Rule::Book, "docs/sub/b.md"));
}
