use inviter_domain::{
    programs::RiskPolicy,
    risk::{Evidence, Person, SIGNALS, Verdict, assess},
};
use proptest::prelude::*;

use crate::made::id;

fn person(number: u32, email: &str) -> Person {
    Person {
        id: id(number),
        email_key: Some(email.to_owned()),
        device_hash: None,
    }
}

fn plain() -> Evidence {
    Evidence {
        inviter: Some(person(10, "ada@example.org")),
        invitee: person(20, "bob@example.org"),
        sign_ups_from_address_last_hour: 1,
        members_on_device: 0,
    }
}

fn verdict(evidence: &Evidence) -> (Verdict, Vec<String>) {
    let assessment = assess(evidence, &RiskPolicy::default());
    (
        assessment.verdict,
        assessment
            .signals
            .into_iter()
            .map(|signal| signal.signal)
            .collect(),
    )
}

#[test]
fn ordinary_sign_ups_are_let_through() {
    assert_eq!(verdict(&plain()), (Verdict::Allow, vec![]));
    let own = Evidence {
        inviter: None,
        ..plain()
    };
    assert_eq!(verdict(&own), (Verdict::Allow, vec![]));
    let unknown = Person {
        id: id(20),
        email_key: None,
        device_hash: None,
    };
    let private = Evidence {
        inviter: Some(unknown.clone()),
        invitee: Person {
            id: id(21),
            ..unknown
        },
        ..plain()
    };
    assert_eq!(verdict(&private), (Verdict::Allow, vec![]));
}

#[test]
fn inviting_oneself_is_blocked() {
    let same = Evidence {
        invitee: person(10, "other@example.org"),
        ..plain()
    };
    assert_eq!(
        verdict(&same),
        (Verdict::Block, vec!["self_invitation".to_owned()])
    );
    let mailbox = Evidence {
        inviter: Some(person(10, "ada@gmail.com")),
        invitee: person(20, "a.d.a+2@gmail.com"),
        ..plain()
    };
    assert_eq!(
        verdict(&mailbox),
        (Verdict::Block, vec!["self_invitation".to_owned()])
    );
}

#[test]
fn a_used_device_is_held_or_reviewed() {
    for (others, expected) in [
        (1, Verdict::Allow),
        (2, Verdict::Hold),
        (3, Verdict::Review),
        (900, Verdict::Review),
    ] {
        let evidence = Evidence {
            members_on_device: others,
            ..plain()
        };
        assert_eq!(
            verdict(&evidence),
            (expected, vec!["device_reuse".to_owned()]),
            "{others}"
        );
    }
    let mut shared = plain();
    shared.invitee.device_hash = Some([1; 16]);
    shared.inviter.as_mut().unwrap().device_hash = Some([1; 16]);
    assert_eq!(verdict(&shared).0, Verdict::Review);
    shared.invitee.device_hash = Some([2; 16]);
    assert_eq!(verdict(&shared).0, Verdict::Allow);
}

#[test]
fn throw_away_mailboxes_are_reviewed_under_any_subdomain() {
    for (email, expected) in [
        ("bob@33mail.com", Verdict::Review),
        ("bob@box.33mail.com", Verdict::Review),
        ("bob@not33mail.com", Verdict::Allow),
        ("33mail.com", Verdict::Allow),
        ("bob@", Verdict::Allow),
    ] {
        let evidence = Evidence {
            invitee: person(20, email),
            ..plain()
        };
        assert_eq!(verdict(&evidence).0, expected, "{email}");
    }
}

#[test]
fn a_busy_address_is_held_then_reviewed() {
    for (count, expected) in [
        (5, Verdict::Allow),
        (6, Verdict::Hold),
        (9, Verdict::Review),
        (u32::MAX, Verdict::Review),
    ] {
        let evidence = Evidence {
            sign_ups_from_address_last_hour: count,
            ..plain()
        };
        assert_eq!(verdict(&evidence).0, expected, "{count}");
    }
}

#[test]
fn signals_add_up() {
    let evidence = Evidence {
        invitee: person(20, "bob@33mail.com"),
        members_on_device: 2,
        ..plain()
    };
    let assessment = assess(&evidence, &RiskPolicy::default());
    assert_eq!(
        (assessment.score, assessment.verdict),
        (100, Verdict::Block)
    );
    assert_eq!(
        assessment
            .signals
            .iter()
            .map(|signal| signal.score)
            .sum::<u32>(),
        100
    );
}

#[test]
fn signals_have_distinct_names_and_tell_no_personal_data() {
    let mut ids: Vec<_> = SIGNALS.iter().map(|signal| signal.id()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let evidence = Evidence {
        inviter: Some(person(10, "secret@33mail.com")),
        invitee: person(20, "secret@33mail.com"),
        sign_ups_from_address_last_hour: 50,
        members_on_device: 3,
    };
    let assessment = assess(&evidence, &RiskPolicy::default());
    assert_eq!(assessment.signals.len(), 4);
    assert!(
        assessment
            .signals
            .iter()
            .all(|signal| !signal.detail.contains("secret"))
    );
}

proptest! {
    /// Whatever the policy and however many: a shared address alone never blocks.
    #[test]
    fn an_address_alone_never_blocks(
        count: u32, usual: u32, mut thresholds in prop::array::uniform3(1_u32..)
    ) {
        thresholds.sort_unstable();
        let [hold_at, review_at, block_at] = thresholds;
        let policy = RiskPolicy { hold_at, review_at, block_at, hold_days: 14, address_per_hour: usual };
        let evidence = Evidence { sign_ups_from_address_last_hour: count, ..plain() };
        prop_assert!(assess(&evidence, &policy).verdict < Verdict::Block);
    }
}
