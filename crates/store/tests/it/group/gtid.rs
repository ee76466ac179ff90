//! Sets of transactions.

use proptest::{collection::vec, prelude::*};
use store::group::GtidSet;

const A: &str = "aaaaaaaa-0000-0000-0000-000000000000";
const B: &str = "bbbbbbbb-0000-0000-0000-000000000000";

fn set(text: &str) -> GtidSet {
    text.replace('A', A).replace('B', B).parse().unwrap()
}

#[test]
fn a_set_is_read_as_mysql_writes_it() {
    let cases = [
        ("", 0, ""),
        (" ,", 0, ""),
        ("A:1-5", 5, "A:1-5"),
        ("A:7", 1, "A:7"),
        ("A:1-5:7:6", 7, "A:1-7"),
        ("A:1-3,\nB:1,\nA:4", 5, "A:1-4,B:1"),
        ("A:1-3:nightly:1-2", 5, "A:1-3,A:nightly:1-2"),
        ("A:nightly:1-2,A:1", 3, "A:1,A:nightly:1-2"),
    ];
    for (text, count, canonical) in cases {
        let read = set(text);
        assert_eq!(read.count(), count, "{text}");
        assert_eq!(read.to_string(), canonical.replace('A', A).replace('B', B));
    }
}

#[test]
fn what_is_no_set_is_refused() {
    for text in ["A", "A:", "A:0", "A:5-3", "A:x-1", "A:1-", "A:1-2-3"] {
        assert!(text.parse::<GtidSet>().is_err(), "{text}");
    }
}

#[test]
fn sets_are_taken_from_one_another() {
    let rest = |a: &str, b: &str| set(a).minus(&set(b));
    assert_eq!(rest("A:1-9", "A:3-4:8"), set("A:1-2:5-7:9"));
    assert_eq!(rest("A:1-9", "B:1-9"), set("A:1-9"));
    assert!(rest("A:1-9", "A:1-20,B:1").is_empty());
    assert!(!set("A:1-9").contains(&set("A:nightly:1")));
    let (own, foreign) = set("A:1-2,A:nightly:1,B:1").split(A);
    assert_eq!((own, foreign), (set("A:1-2,A:nightly:1"), set("B:1")));
}

prop_compose! {
    fn any_set()(runs in vec((0..2_u8, 1..40_u64, 0..6_u64), 0..8)) -> GtidSet {
        let runs: Vec<_> = runs
            .into_iter()
            .map(|(source, first, more)| format!("{}:{first}-{}", [A, B][usize::from(source)], first + more))
            .collect();
        runs.join(",").parse().unwrap()
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_made(a in any_set(), b in any_set()) {
        let (both, rest) = (a.clone().union(&b), a.minus(&b));
        prop_assert!(both.contains(&a) && both.contains(&b));
        prop_assert_eq!(rest.count() + b.count(), both.count());
        prop_assert_eq!(rest.union(&b), both.clone());
        prop_assert_eq!(both.to_string().parse::<GtidSet>().unwrap(), both);
    }
}
