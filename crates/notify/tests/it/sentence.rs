use std::collections::HashSet;

use chrono::DateTime;
use domain::referrals::{ReferralState as State, WaitingFor};
use inviter_notify::{Locale, referral_sentence, refusal_sentence};
use kernel::{ProblemCode, Timestamp};

fn third_of_may() -> Timestamp {
    DateTime::from_timestamp(1_777_800_000, 0).expect("a valid time")
}

fn event(name: &str, until: Option<Timestamp>) -> WaitingFor {
    WaitingFor::Event {
        event: name.to_owned(),
        until,
    }
}

#[test]
fn what_a_referral_waits_for_is_said() {
    let until = third_of_may();
    let cases = [
        (
            event("purchase", Some(until)),
            "Waiting for first purchase until 3 May 2026",
            "等待首次购买，截至 2026年5月3日",
        ),
        (
            event("activation", None),
            "Waiting for activation",
            "等待激活",
        ),
        (
            event("first_upload", None),
            "Waiting for first upload",
            "等待“first upload”",
        ),
        (
            WaitingFor::Hold { until },
            "The reward is held until 3 May 2026",
            "奖励将于 2026年5月3日解锁",
        ),
        (WaitingFor::Review, "Being reviewed", "审核中"),
    ];
    for (waiting, en, zh) in cases {
        for state in [State::Registered, State::Qualified] {
            assert_eq!(referral_sentence(state, Some(&waiting), Locale::En), en);
            assert_eq!(referral_sentence(state, Some(&waiting), Locale::Zh), zh);
        }
        // What has ended waits for nothing.
        let expired = referral_sentence(State::Expired, Some(&waiting), Locale::En);
        assert_eq!(expired, referral_sentence(State::Expired, None, Locale::En));
    }
}

#[test]
fn every_state_has_its_own_sentence_in_both_languages() {
    let sentences: HashSet<String> = Locale::ALL
        .iter()
        .flat_map(|locale| State::ALL.map(|state| referral_sentence(state, None, *locale)))
        .collect();
    assert_eq!(sentences.len(), State::ALL.len() * Locale::ALL.len());
}

#[test]
fn refusals_are_explained_and_risk_stays_unsaid() {
    for code in ProblemCode::ALL {
        let (en, zh) = (
            refusal_sentence(*code, Locale::En),
            refusal_sentence(*code, Locale::Zh),
        );
        assert!(en.is_ascii() && !zh.is_ascii(), "{code:?}: {en} / {zh}");
        assert!(
            !en.to_lowercase().contains("risk") && !zh.contains("风险"),
            "{code:?}"
        );
    }
    let general = refusal_sentence(ProblemCode::Internal, Locale::En);
    assert_eq!(
        refusal_sentence(ProblemCode::RiskBlocked, Locale::En),
        general
    );
    let named = [
        ProblemCode::InviteCodeInvalid,
        ProblemCode::InviteCodeExpired,
        ProblemCode::InviteCodeRevoked,
        ProblemCode::InviteCodeExhausted,
        ProblemCode::SelfInvitation,
        ProblemCode::AlreadyInvited,
        ProblemCode::ProgramNotActive,
        ProblemCode::QuotaExceeded,
    ];
    let sentences: HashSet<_> = named.map(|code| refusal_sentence(code, Locale::Zh)).into();
    assert_eq!(sentences.len(), named.len());
}
