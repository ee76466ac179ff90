use xtask::lint::Rule;

use super::{at, places};

#[test]
fn notes_of_unfinished_work_are_found() {
    let notes = [
        concat!("    to", "do!()"),
        concat!("// FIX", "ME later"),
        concat!("# XX", "X"),
        concat!("a place", "holder text"),
        concat!("Place", "holder"),
    ];
    for note in notes {
        let text = format!("first\n{note}\n");
        assert_eq!(
            places(&[("docs.txt", &text)]),
            at(Rule::Word, "docs.txt:2"),
            "{note}"
        );
    }
}

#[test]
fn words_that_only_look_like_notes_are_fine() {
    let fine = [
        concat!("mktemp -d /tmp/inviter.XX", "XXXX"),
        concat!("<input place", "holder=\"you@example.com\">"),
        concat!("input::place", "holder { color: gray }"),
        concat!("fn auto", "do!"),
    ];
    assert_eq!(places(&[("page.html", &fine.join("\n"))]), []);
}

#[test]
fn paths_of_one_machine_are_found() {
    for line in [
        concat!("cd /wo", "rk/main"),
        concat!("home = \"/wo", "rk\""),
        concat!("see file:/wo", "rk/a.md"),
    ] {
        assert_eq!(
            places(&[("notes.txt", line)]),
            at(Rule::Word, "notes.txt:1"),
            "{line}"
        );
    }
}

#[test]
fn the_same_name_inside_a_path_or_an_address_is_fine() {
    let fine = [
        concat!("https://example.com/wo", "rk/item"),
        concat!("../wo", "rk/item"),
        concat!("/wo", "rkers"),
        concat!("$HOME/.cache/wo", "rk"),
        concat!("/wo", "rk-queue"),
    ];
    assert_eq!(places(&[("notes.txt", &fine.join("\n"))]), []);
}

#[test]
fn the_words_of_others_are_not_judged() {
    let text = concat!("XX", "X");
    assert_eq!(places(&[("LICENSE", text), ("Cargo.lock", text)]), []);
}
