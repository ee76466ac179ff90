//! What a sight is in figures.

use store::{
    group::{GtidSet, Known, Verdict, Waiting, decide, live},
    topology::{MemberRole, MemberState},
};
use telemetry::{GroupFigures, MemberFigures};

use super::watch::Sight;

/// The figures of this moment.
pub(super) fn figures(sight: &Sight) -> GroupFigures {
    let members = &sight.facts.members;
    let online = members
        .iter()
        .filter(|known| known.word.as_ref().is_some_and(|word| live(&word.view)))
        .count();
    GroupFigures {
        members: members.iter().map(|known| member(known, members)).collect(),
        online,
        split_brain: sight.split_brain,
        verdict: verdict_name(&decide(&sight.facts)),
    }
}

fn member(known: &Known, members: &[Known]) -> MemberFigures {
    let Some(word) = &known.word else {
        return MemberFigures {
            member: known.address.clone(),
            ..MemberFigures::default()
        };
    };
    let (missing, errant) = gap(known, members);
    MemberFigures {
        member: known.address.clone(),
        up: true,
        state: word.view.state.unwrap_or(MemberState::Offline).as_str(),
        role: word.view.role.map_or("", MemberRole::as_str),
        writable: word.view.accepts_writes(),
        queue: word.view.queue,
        missing,
        errant,
    }
}

/// How many transactions a member lacks that the primary has; and, where it takes no part, how many it has that those who do
/// have not. Both are zero where there is no primary to compare with.
pub(crate) fn gap(known: &Known, members: &[Known]) -> (u64, u64) {
    let words = || members.iter().filter_map(|known| known.word.as_ref());
    let primary = words().find(|word| word.view.is_group_writer());
    let (Some(word), Some(primary)) = (&known.word, primary) else {
        return (0, 0);
    };
    let missing = primary.has.minus(&word.has).count();
    if live(&word.view) || word.view.state == Some(MemberState::Recovering) {
        return (missing, 0);
    }
    let group = words()
        .filter(|word| live(&word.view))
        .fold(GtidSet::default(), |all, word| all.union(&word.has));
    (missing, word.has.minus(&group).count())
}

/// Its name in metrics.
pub(super) const fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Settled => "settled",
        Verdict::Silent => "silent",
        Verdict::Admit => "admit",
        Verdict::Join => "join",
        Verdict::Bootstrap => "bootstrap",
        Verdict::StayOut { .. } => "errant",
        Verdict::Wait(Waiting::Comeback) => "wait_comeback",
        Verdict::Wait(Waiting::Unsettled(_)) => "wait_unsettled",
        Verdict::Wait(Waiting::Missing(_)) => "wait_missing",
        Verdict::Wait(Waiting::Beginner(_)) => "wait_beginner",
        Verdict::Wait(Waiting::Human(_)) => "wait_human",
    }
}
