//! What a member should do next: decided from what all members say, and from nothing else.

use super::{
    choose::{Undecided, choose},
    gtid::GtidSet,
};
use crate::topology::{MemberState, MemberView};

/// What a member says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it is.
    pub view: MemberView,
    /// The name of its group.
    pub group: String,
    /// The transactions that it has executed, or received from the group and not yet executed.
    pub has: GtidSet,
}

/// A member that was configured, and what it says; nothing where it does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// `HOST:PORT`.
    pub address: String,
    /// What it says.
    pub word: Option<Word>,
}

/// What is known at one moment to the guard of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Every member that was configured.
    pub members: Vec<Known>,
    /// The place of the guard's own.
    pub own: usize,
    /// How many looks in a row have found its own in the state ERROR.
    pub failed_for: u32,
}

/// What the guard's own member should do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: it takes part.
    Settled,
    /// Nothing can be done: it does not answer.
    Silent,
    /// Let clients in again: it takes part, and has shut them out since it last failed.
    Admit,
    /// Join the group that there is.
    Join,
    /// Begin the group: nobody is in one, and nobody has more.
    Bootstrap,
    /// Stay out of the group, for it was written to elsewhere.
    StayOut {
        /// What the group does not have.
        errant: GtidSet,
    },
    /// Nothing yet.
    Wait(Waiting),
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// It tries to come back by itself.
    Comeback,
    /// A member that is about to join, to leave, or to be without the others.
    Unsettled(String),
    /// Members that do not answer, one of which may know more.
    Missing(Vec<String>),
    /// The member that is to begin the group.
    Beginner(String),
    /// A human: nobody may begin the group.
    Human(Undecided),
}

/// A member that failed first tries by itself, at once; after so many looks it is helped.
const PATIENCE: u32 = 8;

/// Decides.
pub fn decide(facts: &Facts) -> Verdict {
    let Some(word) = &facts.members[facts.own].word else {
        return Verdict::Silent;
    };
    match word.view.state {
        Some(MemberState::Online) if word.view.offline => return Verdict::Admit,
        Some(MemberState::Online | MemberState::Recovering) => return Verdict::Settled,
        _ => {}
    }
    if let Some(group) = group_has(&facts.members) {
        return come_back(facts, word, &group);
    }
    let others = || {
        let others = facts.members.iter().enumerate();
        others
            .filter(|(place, _)| *place != facts.own)
            .map(|(_, known)| known)
    };
    let unsettled = others().find(|known| {
        let state = known.word.as_ref().and_then(|word| word.view.state);
        matches!(state, Some(MemberState::Online | MemberState::Recovering))
    });
    if let Some(known) = unsettled {
        return Verdict::Wait(Waiting::Unsettled(known.address.clone()));
    }
    let missing: Vec<_> = others()
        .filter(|known| known.word.is_none())
        .map(|known| known.address.clone())
        .collect();
    if !missing.is_empty() {
        return Verdict::Wait(Waiting::Missing(missing));
    }
    match choose(&facts.members) {
        Ok(chosen) if chosen.place == facts.own => Verdict::Bootstrap,
        Ok(chosen) => {
            let beginner = facts.members[chosen.place].address.clone();
            Verdict::Wait(Waiting::Beginner(beginner))
        }
        Err(undecided) => Verdict::Wait(Waiting::Human(undecided)),
    }
}

/// What those have that are in the group; none where there is no group.
pub fn group_has(members: &[Known]) -> Option<GtidSet> {
    let words = in_group(members).into_iter();
    let words = words.filter_map(|place| members[place].word.as_ref());
    words.fold(None, |all: Option<GtidSet>, word| {
        Some(all.unwrap_or_default().union(&word.has))
    })
}

/// There is a group, and `word` is from outside it.
fn come_back(facts: &Facts, word: &Word, group: &GtidSet) -> Verdict {
    let errant = word.has.minus(group);
    if !errant.is_empty() {
        return Verdict::StayOut { errant };
    }
    if word.view.state == Some(MemberState::Error) && facts.failed_for < PATIENCE {
        return Verdict::Wait(Waiting::Comeback);
    }
    Verdict::Join
}

/// The places of those that are in a group that can go on, and have heard what became of it.
pub fn in_group(members: &[Known]) -> Vec<usize> {
    newest(members, |view| {
        view.state == Some(MemberState::Online) && view.has_majority()
    })
}

/// The member that takes the writes, if it is certain which.
pub fn writer(members: &[Known]) -> Option<usize> {
    match writers(members)[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// Whether more than one member takes writes, and none of them only because it has not heard what became of its group.
pub fn split_brain(members: &[Known]) -> bool {
    writers(members).len() > 1
}

fn writers(members: &[Known]) -> Vec<usize> {
    newest(members, MemberView::is_group_writer)
}

/// Those that say so of themselves, without those that would not if they had heard of the last change of their group.
fn newest(members: &[Known], claims: impl Fn(&MemberView) -> bool) -> Vec<usize> {
    let claimants: Vec<_> = members
        .iter()
        .enumerate()
        .filter_map(|(place, known)| Some((place, &known.word.as_ref()?.view)))
        .filter(|(_, view)| claims(view))
        .collect();
    let outdated = |view: &MemberView| {
        claimants
            .iter()
            .any(|(_, other)| view.is_outdated_by(other))
    };
    let newest = claimants.iter().filter(|(_, view)| !outdated(view));
    newest.map(|(place, _)| *place).collect()
}
