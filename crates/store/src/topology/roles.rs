//! Who may write and who may be read from: decided from what the members say, and from nothing else.

use std::time::Duration;

use super::probe::{MemberRole, MemberState, MemberView};

/// How the roles of the members are found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Topology {
    /// A group where one member says that it is in one, else [`Self::ReadOnlyFlag`].
    #[default]
    Auto,
    /// Group Replication: its primary writes.
    GroupReplication,
    /// Replication that something else supervises: the one member with `read_only = OFF` writes.
    ReadOnlyFlag,
    /// The first member writes, the others are read from. Nobody is asked.
    Static,
}

/// What was last heard from a member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// What it said; none where it does not answer.
    pub view: Option<MemberView>,
    /// It did not answer this time, and what it said is from before.
    pub stale: bool,
    /// For how long it has lacked what the writer had.
    pub lag: Duration,
    /// The last place of the event log that it has.
    pub head: i64,
}

/// Who does what, by place in the list of members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// Takes the writes.
    pub writer: Option<usize>,
    /// May answer what need not be the newest.
    pub readers: Vec<usize>,
    /// Knows most among those that can be read from at all.
    pub fallback: Option<usize>,
    /// More than one member says that it is the writer: nobody is.
    pub split_brain: bool,
}

/// Decides. A reader is at most `max_lag` behind.
pub fn decide(topology: Topology, heard: &[Heard], max_lag: Duration) -> Roles {
    let views = || heard.iter().filter_map(|member| member.view.as_ref());
    let grouped = match topology {
        Topology::GroupReplication => true,
        Topology::ReadOnlyFlag | Topology::Static => false,
        Topology::Auto => views().any(MemberView::is_grouped),
    };
    let candidates = candidates(heard, |view| {
        if grouped {
            view.is_group_writer()
        } else {
            view.accepts_writes()
        }
    });
    let serves = |view: &MemberView| {
        if grouped {
            view.state == Some(MemberState::Online) && view.role == Some(MemberRole::Secondary)
        } else {
            view.read_only
        }
    };
    let readers = places(heard, |member, view| {
        !member.stale && !view.offline && serves(view) && member.lag <= max_lag
    });
    let fallback = places(heard, |_, view| !view.offline)
        .into_iter()
        .max_by_key(|place| heard[*place].head);
    Roles {
        writer: match candidates[..] {
            [only] => Some(only),
            _ => None,
        },
        readers,
        fallback,
        split_brain: candidates.len() > 1,
    }
}

/// Who says that it is the writer. One that has not answered since gives way to one that just did.
fn candidates(heard: &[Heard], writes: impl Fn(&MemberView) -> bool) -> Vec<usize> {
    let fresh = places(heard, |member, view| !member.stale && writes(view));
    if fresh.is_empty() {
        return places(heard, |_, view| writes(view));
    }
    fresh
}

fn places(heard: &[Heard], fits: impl Fn(&Heard, &MemberView) -> bool) -> Vec<usize> {
    let fits = |member: &Heard| member.view.as_ref().is_some_and(|view| fits(member, view));
    heard
        .iter()
        .enumerate()
        .filter_map(|(place, member)| fits(member).then_some(place))
        .collect()
}
