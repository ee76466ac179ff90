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
    let others = || {
        let others = facts.members.iter().enumerate();
        others
            .filter(|(place, _)| *place != facts.own)
            .map(|(_, known)| known)
    };
    let group = others()
        .filter_map(|known| known.word.as_ref())
        .filter(|word| live(&word.view))
        .fold(None, |all: Option<GtidSet>, word| {
            Some(all.unwrap_or_default().union(&word.has))
        });
    if let Some(group) = group {
        return come_back(facts, word, &group);
    }
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

/// Whether it is in a group that can go on.
pub fn live(view: &MemberView) -> bool {
    view.state == Some(MemberState::Online) && view.has_majority()
}

/// Whether more than one member says that the group lets it write.
pub fn split_brain(members: &[Known]) -> bool {
    let views = members.iter().filter_map(|known| known.word.as_ref());
    views.filter(|word| word.view.is_group_writer()).count() > 1
}
