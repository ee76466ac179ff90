//! Names of fields as paths.

/// The longest path that a form has.
const LONGEST: usize = 8;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a field.
    Field(String),
    /// Into a row of a list.
    Row(usize),
}

/// The steps of `rules[0].then.kind`; none where the text is no path.
pub(super) fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, rows) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() {
            return None;
        }
        steps.push(Step::Field(name.to_owned()));
        if !rows.is_empty() {
            let row = rows.strip_prefix('[')?.strip_suffix(']')?;
            steps.push(Step::Row(row.parse().ok()?));
        }
    }
    (steps.len() <= LONGEST).then_some(steps)
}

/// A row's list and its number: `rules` and 0 of `rules[0]`.
pub(super) fn row(path: &str) -> Option<(&str, usize)> {
    let (list, row) = path.strip_suffix(']')?.rsplit_once('[')?;
    Some((list, row.parse().ok()?))
}
