//! Who may write and who may be read from.

use std::time::Duration;

use store::topology::{
    Era, Heard,
    MemberRole::{self, Primary, Secondary},
    MemberState::{self, Error, Offline, Online, Recovering},
    MemberView, Roles, Topology, decide,
};

const MAX_LAG: Duration = Duration::from_secs(5);

/// A member of a healthy group of three.
fn member(state: MemberState, role: Option<MemberRole>) -> MemberView {
    MemberView {
        id: "00000000-0000-0000-0000-000000000000".to_owned(),
        read_only: role != Some(Primary),
        super_read_only: role != Some(Primary),
        offline: false,
        state: Some(state),
        role,
        present: 3,
        total: 3,
        queue: 0,
        era: Some(Era { begun: 1, view: 7 }),
    }
}

fn primary() -> MemberView {
    member(Online, Some(Primary))
}

fn secondary() -> MemberView {
    member(Online, Some(Secondary))
}

/// A server outside every group.
fn alone(read_only: bool) -> MemberView {
    MemberView {
        state: None,
        role: None,
        read_only,
        super_read_only: read_only,
        present: 0,
        total: 0,
        era: None,
        ..primary()
    }
}

fn said(view: MemberView) -> Heard {
    Heard {
        view: Some(view),
        ..Heard::default()
    }
}

fn roles(topology: Topology, views: &[MemberView]) -> Roles {
    let heard: Vec<Heard> = views.iter().cloned().map(said).collect();
    decide(topology, &heard, MAX_LAG)
}

#[test]
fn the_primary_of_a_group_writes_and_its_secondaries_are_read_from() {
    for topology in [Topology::Auto, Topology::GroupReplication] {
        let found = roles(topology, &[secondary(), primary(), secondary()]);
        assert_eq!(found.writer, Some(1));
        assert_eq!(found.readers, [0, 2]);
        assert!(!found.split_brain);
    }
}

#[test]
fn a_member_that_is_only_writable_is_no_writer() {
    // What a member looks like that was restarted and did not join: writable beside a primary.
    let stray = MemberView {
        read_only: false,
        super_read_only: false,
        ..member(Offline, None)
    };
    let found = roles(Topology::Auto, &[stray.clone(), primary(), secondary()]);
    assert_eq!((found.writer, found.split_brain), (Some(1), false));
    assert_eq!(found.readers, [2]);
    assert_eq!(roles(Topology::Auto, &[stray]).writer, None);
}

#[test]
fn a_primary_that_cannot_be_one_is_none() {
    let primaries = [
        MemberView {
            super_read_only: true,
            ..primary()
        },
        MemberView {
            offline: true,
            ..primary()
        },
        MemberView {
            present: 1,
            ..primary()
        },
        member(Recovering, Some(Primary)),
        member(Error, Some(Primary)),
    ];
    for view in primaries {
        let found = roles(Topology::Auto, &[view.clone(), secondary()]);
        assert_eq!(found.writer, None, "{view:?}");
    }
}

#[test]
fn two_that_say_they_write_are_written_to_by_nobody() {
    let found = roles(Topology::Auto, &[primary(), primary(), secondary()]);
    assert_eq!((found.writer, found.split_brain), (None, true));
    let found = roles(Topology::ReadOnlyFlag, &[alone(false), alone(false)]);
    assert_eq!((found.writer, found.split_brain), (None, true));
}

#[test]
fn a_primary_that_has_fallen_silent_gives_way_to_a_new_one() {
    let silent = Heard {
        stale: true,
        ..said(primary())
    };
    let found = decide(Topology::Auto, &[silent.clone(), said(primary())], MAX_LAG);
    assert_eq!((found.writer, found.split_brain), (Some(1), false));
    let found = decide(Topology::Auto, &[silent, said(secondary())], MAX_LAG);
    assert_eq!(found.writer, Some(0), "it may only be slow");
}

#[test]
fn without_a_group_the_flag_decides() {
    for topology in [Topology::Auto, Topology::ReadOnlyFlag] {
        let found = roles(topology, &[alone(true), alone(false), alone(true)]);
        assert_eq!((found.writer, found.readers), (Some(1), vec![0, 2]));
    }
    let found = roles(Topology::GroupReplication, &[alone(false)]);
    assert_eq!(found.writer, None, "it has to be the primary of a group");
}

#[test]
fn a_replica_that_is_behind_is_not_read_from() {
    let late = Heard {
        lag: MAX_LAG + Duration::from_millis(1),
        ..said(secondary())
    };
    let silent = Heard {
        stale: true,
        ..said(secondary())
    };
    let found = decide(Topology::Auto, &[said(primary()), late, silent], MAX_LAG);
    assert_eq!(found.readers, [0_usize; 0]);
}

#[test]
fn when_nobody_writes_whoever_knows_most_is_fallen_back_on() {
    let knows = |head, view| Heard { head, ..said(view) };
    let offline = MemberView {
        offline: true,
        ..member(Error, None)
    };
    let heard = [
        knows(7, secondary()),
        knows(9, member(Error, None)),
        knows(11, offline),
        Heard::default(),
    ];
    let found = decide(Topology::Auto, &heard, MAX_LAG);
    assert_eq!((found.writer, found.fallback), (None, Some(1)));
}

#[test]
fn a_primary_that_has_not_heard_of_the_next_one_gives_way() {
    let seen = |begun, view| MemberView {
        era: Some(Era { begun, view }),
        ..primary()
    };
    let found = roles(Topology::Auto, &[seen(1, 7), seen(1, 8), secondary()]);
    assert_eq!((found.writer, found.split_brain), (Some(1), false));
    let found = roles(Topology::Auto, &[seen(1, 7), seen(2, 8), secondary()]);
    assert_eq!((found.writer, found.split_brain), (None, true));
}
