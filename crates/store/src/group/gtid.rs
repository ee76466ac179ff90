//! Sets of transactions, as MySQL names them.

use std::{collections::BTreeMap, fmt, str::FromStr};

/// A set of global transaction identifiers: `UUID:1-5:7,UUID:tag:1-3`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GtidSet {
    /// For each source, with its tag, the first and last number of every run: in order, with gaps between them.
    runs: BTreeMap<(String, String), Vec<(u64, u64)>>,
}

/// A text is no set of transactions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a set of GTIDs")]
pub struct NoGtidSet(String);

impl FromStr for GtidSet {
    type Err = NoGtidSet;

    fn from_str(text: &str) -> Result<Self, NoGtidSet> {
        let wrong = || NoGtidSet(text.to_owned());
        let mut set = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let mut words = part.split(':').map(str::trim);
            let source = words.next().ok_or_else(wrong)?.to_ascii_lowercase();
            let (mut tag, mut empty) = (String::new(), true);
            for word in words {
                if !word.starts_with(|first: char| first.is_ascii_digit()) {
                    tag = word.to_ascii_lowercase();
                    continue;
                }
                let (first, last) = word.split_once('-').unwrap_or((word, word));
                let first = first.parse().map_err(|_| wrong())?;
                let last = last.parse().map_err(|_| wrong())?;
                if first == 0 || last < first {
                    return Err(wrong());
                }
                set.insert((source.clone(), tag.clone()), first, last);
                empty = false;
            }
            if empty {
                return Err(wrong());
            }
        }
        Ok(set)
    }
}

impl fmt::Display for GtidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, ((source, tag), runs)) in self.runs.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            let colon = if tag.is_empty() { "" } else { ":" };
            write!(f, "{comma}{source}{colon}{tag}")?;
            for (first, last) in runs {
                if first == last {
                    write!(f, ":{first}")?;
                } else {
                    write!(f, ":{first}-{last}")?;
                }
            }
        }
        Ok(())
    }
}

impl GtidSet {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        let runs = self.runs.values().flatten();
        runs.map(|(first, last)| last - first + 1).sum()
    }

    /// Whether it has all of `other`.
    pub fn contains(&self, other: &Self) -> bool {
        other.minus(self).is_empty()
    }

    /// All of both.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for (source, runs) in &other.runs {
            for (first, last) in runs {
                self.insert(source.clone(), *first, *last);
            }
        }
        self
    }

    /// What it has and `other` has not.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut rest = Self::default();
        for (source, runs) in &self.runs {
            let taken = other.runs.get(source).map_or(&[][..], Vec::as_slice);
            let left: Vec<_> = runs.iter().flat_map(|run| without(*run, taken)).collect();
            if !left.is_empty() {
                rest.runs.insert(source.clone(), left);
            }
        }
        rest
    }

    /// Those of the source `uuid`, and the others.
    pub fn split(&self, uuid: &str) -> (Self, Self) {
        let (mut own, mut foreign) = (Self::default(), Self::default());
        for (source, runs) in &self.runs {
            let side = if source.0.eq_ignore_ascii_case(uuid) {
                &mut own
            } else {
                &mut foreign
            };
            side.runs.insert(source.clone(), runs.clone());
        }
        (own, foreign)
    }

    /// Takes in the transaction `number` of the source `uuid`.
    pub fn add(&mut self, uuid: &str, number: u64) {
        self.insert((uuid.to_ascii_lowercase(), String::new()), number, number);
    }

    fn insert(&mut self, source: (String, String), first: u64, last: u64) {
        let runs = self.runs.entry(source).or_default();
        runs.push((first, last));
        runs.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(runs.len());
        for (first, last) in runs.drain(..) {
            match joined.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => joined.push((first, last)),
            }
        }
        *runs = joined;
    }
}

/// What is left of one run.
fn without((first, last): (u64, u64), taken: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let (mut left, mut next) = (Vec::new(), first);
    for (from, to) in taken
        .iter()
        .filter(|(from, to)| *to >= first && *from <= last)
    {
        if *from > next {
            left.push((next, from - 1));
        }
        next = next.max(to.saturating_add(1));
    }
    if next <= last {
        left.push((next, last));
    }
    left
}
