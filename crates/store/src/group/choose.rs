//! Which member may begin the group anew.

use super::{
    decide::{Known, Word},
    gtid::GtidSet,
};

/// The member that may begin the group: it has every transaction of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Its place among the members.
    pub place: usize,
}

/// Why no member may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// No member answers.
    #[error("no member answers")]
    Nobody,
    /// The members are told to be of different groups.
    #[error("the members belong to different groups: {0}")]
    Strangers(String),
    /// No member has all that the others have.
    #[error("no member has all that the others have: {0}")]
    Diverged(String),
}

/// Chooses among those that answer, in the same way for whoever asks: the one that has all that the others have, and among
/// several of them the one whose address comes first.
///
/// What is not of the group's own making counts as well, unless a member has it that the group did not get it from:
/// such a member has been written to outside the group, and what was written must not spread.
///
/// # Errors
/// When no member has everything; then a human has to say what is to be lost.
pub fn choose(members: &[Known]) -> Result<Chosen, Undecided> {
    let mut answering: Vec<(usize, &str, &Word)> = members
        .iter()
        .enumerate()
        .filter_map(|(place, known)| Some((place, known.address.as_str(), known.word.as_ref()?)))
        .collect();
    answering.sort_by_key(|(_, address, _)| *address);
    let group = answering.first().ok_or(Undecided::Nobody)?.2.group.clone();
    if answering.iter().any(|(_, _, word)| word.group != group) {
        let names = answering
            .iter()
            .map(|(_, at, word)| format!("{at} of {}", word.group));
        return Err(Undecided::Strangers(names.collect::<Vec<_>>().join(", ")));
    }
    let all = answering
        .iter()
        .filter(|(_, _, word)| !strayed(word, &answering))
        .fold(GtidSet::default(), |all, (_, _, word)| all.union(&word.has));
    let all = answering.iter().fold(all, |all, (_, _, word)| {
        all.union(&word.has.split(&group).0)
    });
    answering
        .iter()
        .find(|(_, _, word)| !strayed(word, &answering) && word.has.contains(&all))
        .map(|(place, _, _)| Chosen { place: *place })
        .ok_or_else(|| Undecided::Diverged(differences(&answering)))
}

/// Whether a member has what did not come from the group, while another that was in the group has it not.
fn strayed(word: &Word, answering: &[(usize, &str, &Word)]) -> bool {
    let foreign = word.has.split(&word.group).1;
    answering.iter().any(|(_, _, other)| {
        let (own, other_foreign) = other.has.split(&other.group);
        !own.is_empty() && !other_foreign.contains(&foreign)
    })
}

/// For each member, how many transactions it has that some other has not.
fn differences(answering: &[(usize, &str, &Word)]) -> String {
    let alone = |word: &Word| {
        answering
            .iter()
            .map(|(_, _, other)| word.has.minus(&other.has))
            .fold(GtidSet::default(), |all, more| all.union(&more))
    };
    let told = answering.iter().filter_map(|(_, address, word)| {
        let more = alone(word);
        (!more.is_empty()).then(|| format!("{address} has {more}, which another has not"))
    });
    told.collect::<Vec<_>>().join("; ")
}
