//! What a guard lets its member do, and who may begin the group.

mod gtid;

use store::{
    group::{
        Facts, Known,
        Verdict::{self, Admit, Bootstrap, Join, Settled, Silent, StayOut, Wait},
        Waiting::{self, Beginner, Comeback, Human, Missing, Unsettled},
        Word, choose, decide, in_group, split_brain, writer,
    },
    topology::{
        Era,
        MemberRole::{Primary, Secondary},
        MemberState::{self, Error, Offline, Online, Recovering},
        MemberView,
    },
};

const GROUP: &str = "aaaaaaaa-0000-0000-0000-000000000000";
/// A source outside the group.
const STRAY: &str = "bbbbbbbb-0000-0000-0000-000000000000";

/// A member in this state that has these transactions: `G` stands for the group, `S` for a source outside it.
fn member(state: MemberState, has: &str) -> Word {
    let has = has.replace('G', GROUP).replace('S', STRAY);
    let part = state == Online;
    Word {
        view: MemberView {
            id: String::new(),
            read_only: true,
            super_read_only: true,
            offline: false,
            state: Some(state),
            role: part.then_some(Secondary),
            present: if part { 2 } else { 0 },
            total: if part { 3 } else { 1 },
            queue: 0,
            era: part.then_some(Era { begun: 1, view: 4 }),
        },
        group: GROUP.to_owned(),
        has: has.parse().unwrap(),
    }
}

fn primary(has: &str) -> Word {
    let mut word = member(Online, has);
    word.view.role = Some(Primary);
    word.view.read_only = false;
    word.view.super_read_only = false;
    word
}

fn changed(mut word: Word, change: impl FnOnce(&mut MemberView)) -> Word {
    change(&mut word.view);
    word
}

/// The members a, b, c; none where one is silent.
fn members(words: [Option<Word>; 3]) -> Vec<Known> {
    let named = ["a:3306", "b:3306", "c:3306"].into_iter().zip(words);
    named
        .map(|(address, word)| Known {
            address: address.to_owned(),
            word,
        })
        .collect()
}

/// What the guard of a decides.
fn decided(words: [Option<Word>; 3], failed_for: u32) -> Verdict {
    decide(&Facts {
        members: members(words),
        own: 0,
        failed_for,
    })
}

fn waiting(what: Waiting) -> Verdict {
    Wait(what)
}

#[test]
fn one_that_takes_part_is_left_alone() {
    let others = || [Some(primary("G:1-9")), None];
    let cases = [
        (None, Silent),
        (Some(member(Online, "G:1-9")), Settled),
        (Some(member(Recovering, "G:1-3")), Settled),
        (
            Some(changed(member(Online, "G:1-9"), |view| view.offline = true)),
            Admit,
        ),
    ];
    for (own, verdict) in cases {
        let [b, c] = others();
        assert_eq!(decided([own, b, c], 0), verdict);
    }
}

#[test]
fn one_from_outside_joins_the_group_that_there_is() {
    let own = |state| Some(member(state, "G:1-5"));
    for c in [None, own(Offline), own(Error), own(Recovering)] {
        let group = Some(primary("G:1-9"));
        assert_eq!(decided([own(Offline), group.clone(), c.clone()], 0), Join);
        let never = changed(member(Offline, ""), |view| view.state = None);
        assert_eq!(decided([Some(never), group, c], 0), Join);
    }
}

#[test]
fn one_that_failed_may_try_by_itself_first() {
    let words = || [Some(member(Error, "G:1-5")), Some(primary("G:1-9")), None];
    assert_eq!(decided(words(), 1), waiting(Comeback));
    assert_eq!(decided(words(), 60), Join);
}

#[test]
fn one_that_was_written_to_elsewhere_stays_out() {
    let own = Some(member(Offline, "G:1-5,S:1"));
    let verdict = decided([own, Some(primary("G:1-9")), None], 0);
    let StayOut { errant } = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(errant.to_string(), format!("{STRAY}:1"));
}

#[test]
fn what_the_primary_has_not_applied_yet_is_no_reason_to_stay_out() {
    // A secondary has received 10, the primary does not count it as executed yet.
    let secondary = Some(member(Online, "G:1-10"));
    let own = Some(member(Offline, "G:1-10"));
    assert_eq!(decided([own, Some(primary("G:1-9")), secondary], 0), Join);
}

#[test]
fn nobody_begins_a_group_while_one_may_be_there() {
    let own = || Some(member(Offline, "G:1-9"));
    let cut_off = changed(member(Online, "G:1-9"), |view| view.present = 1);
    assert_eq!(
        decided([own(), Some(cut_off), own()], 0),
        waiting(Unsettled("b:3306".to_owned()))
    );
    assert_eq!(
        decided([own(), own(), Some(member(Recovering, ""))], 0),
        waiting(Unsettled("c:3306".to_owned()))
    );
    assert_eq!(
        decided([own(), None, own()], 0),
        waiting(Missing(vec!["b:3306".to_owned()]))
    );
}

#[test]
fn after_a_loss_of_all_the_one_with_most_begins() {
    let begins = |words: [&str; 3]| match decided(words.map(|has| Some(member(Error, has))), 0) {
        Bootstrap => "a:3306".to_owned(),
        Wait(Beginner(member)) => member,
        other => format!("{other:?}"),
    };
    assert_eq!(
        begins(["G:1-9", "G:1-9", "G:1-9"]),
        "a:3306",
        "all the same"
    );
    assert_eq!(begins(["", "", ""]), "a:3306", "never begun");
    assert_eq!(begins(["G:1-8", "G:1-9", "G:1-9"]), "b:3306");
    assert_eq!(begins(["G:1-8", "G:1-9", "G:1-10"]), "c:3306");
    assert_eq!(
        begins(["", "", "S:1-20"]),
        "c:3306",
        "data from before the group"
    );
    assert_eq!(
        begins(["S:1-20", "G:1-3,S:1-20", ""]),
        "b:3306",
        "and the group's own"
    );
}

#[test]
fn whoever_asks_in_whatever_order_hears_the_same() {
    let has = ["G:1-8", "G:1-9", "G:1-9"];
    let mut listed = members(has.map(|has| Some(member(Offline, has))));
    for _ in 0..3 {
        listed.rotate_left(1);
        let chosen = choose(&listed).unwrap();
        assert_eq!(listed[chosen.place].address, "b:3306");
    }
}

#[test]
fn nobody_begins_from_what_was_written_elsewhere() {
    let undecided = |words: [&str; 3]| match decided(words.map(|has| Some(member(Offline, has))), 0)
    {
        Wait(Human(undecided)) => undecided.to_string(),
        other => format!("{other:?}"),
    };
    let one = undecided(["G:1-9,S:1", "G:1-9", "G:1-8"]);
    assert_eq!(one, format!("{:?}", Wait(Beginner("b:3306".to_owned()))));
    // Only the stray one has the group's last transaction.
    let told = undecided(["G:1-9,S:1", "G:1-8", "G:1-8"]);
    assert!(
        told.starts_with("no member has all that the others have: a:3306 has"),
        "{told}"
    );
    let told = undecided(["G:1-5:7", "G:1-6", "G:1-5"]);
    assert!(told.contains("b:3306 has"), "{told}");
}

#[test]
fn members_of_different_groups_are_not_put_together() {
    let mut words = [0; 3].map(|_| Some(member(Offline, "")));
    words[2].as_mut().unwrap().group = STRAY.to_owned();
    let verdict = decided(words, 0);
    let Wait(Human(undecided)) = verdict else {
        panic!("{verdict:?}");
    };
    assert!(
        undecided.to_string().contains("different groups"),
        "{undecided}"
    );
}

#[test]
fn an_old_primary_that_has_not_heard_is_no_second_one() {
    let hung = changed(primary("G:1-9"), |view| {
        view.era = Some(Era { begun: 1, view: 3 });
    });
    let known = members([Some(hung), Some(primary("G:1-12")), None]);
    assert_eq!((writer(&known), split_brain(&known)), (Some(1), false));
    assert_eq!(in_group(&known), [1]);

    let elsewhere = changed(primary("G:1-9"), |view| {
        view.era = Some(Era { begun: 2, view: 3 });
    });
    let known = members([Some(elsewhere), Some(primary("G:1-12")), None]);
    assert_eq!((writer(&known), split_brain(&known)), (None, true));
}
