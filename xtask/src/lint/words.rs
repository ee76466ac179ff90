//! Words that a finished file does not hold.

use super::{Finding, Rule, Tree};

/// Spelt in halves, so that this file may be read by its own rule.
const NOTES: [&str; 5] = [
    concat!("to", "do!"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("place", "holder"),
    concat!("Place", "holder"),
];
const MACHINE_PATH: &str = concat!("/wo", "rk");
/// Their words are not ours.
const FOREIGN: [&str; 2] = ["Cargo.lock", "LICENSE"];

/// No note of unfinished work, no path of the machine it was written on.
pub(super) fn banned(tree: &Tree, findings: &mut Vec<Finding>) {
    for (path, text) in tree
        .texts(&[""])
        .filter(|(path, _)| !FOREIGN.contains(path))
    {
        for (number, line) in (1..).zip(text.lines()) {
            let note = NOTES.into_iter().find(|note| holds(line, note, is_note));
            let machine = Some(MACHINE_PATH).filter(|prefix| holds(line, prefix, is_machine_path));
            if let Some(word) = note.or(machine) {
                findings.push(Finding::line(Rule::Word, path, number, format!("`{word}`")));
            }
        }
    }
}

/// Whether `word` stands in `line` with a character before and one after it that satisfy `counts`.
fn holds(line: &str, word: &str, counts: fn(char, char) -> bool) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        let after = line[at + word.len()..].chars().next().unwrap_or(' ');
        counts(before, after)
    })
}

/// A word of its own; not the attribute `…="` of HTML nor the selectors `::…` and `:…-shown` of CSS.
fn is_note(before: char, after: char) -> bool {
    !is_word(before) && !is_word(after) && before != ':' && after != '='
}

/// The first directory of an absolute path, not one inside another path or address.
fn is_machine_path(before: char, after: char) -> bool {
    !is_word(before) && !".-}~*/".contains(before) && !is_word(after) && after != '-'
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
