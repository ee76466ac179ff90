use chrono::TimeDelta;
use inviter_domain::{
    codes::Code,
    programs::{Program, ProgramStatus, QuotaPolicy, Touch},
    referrals::{Candidate, ClickToken, Standing, admit, choose_click, quota_left, quota_period},
};
use kernel::{CodeId, ProblemCode, SeededEntropy, Timestamp};
use proptest::prelude::*;

use crate::made::{code, day, id, program};

const SECRET: &[u8] = b"a secret of the installation";

fn token(at: Timestamp, seed: u64) -> ClickToken {
    let click = CodeId::new(at, &SeededEntropy::new(seed)).uuid();
    ClickToken { click, code: id(3) }
}

#[test]
fn a_token_survives_the_browser_and_knows_its_time() {
    let token = token(day(3), 1);
    let text = token.sign(SECRET);
    assert_eq!(text.len(), 54);
    assert_eq!(ClickToken::verify(&text, SECRET), Some(token));
    assert_eq!(token.at(), day(3));
    assert_eq!(ClickToken::verify(&text, b"another secret"), None);
}

#[test]
fn a_signed_id_without_a_time_is_no_click() {
    let timeless = ClickToken {
        click: uuid::Uuid::from_u128(7),
        code: id(3),
    };
    assert_eq!(ClickToken::verify(&timeless.sign(SECRET), SECRET), None);
}

#[test]
fn the_touch_picks_among_the_clicks_inside_the_window() {
    let clicks = [
        token(day(-2), 1),
        token(day(-40), 2),
        token(day(-20), 3),
        token(day(1), 4),
    ];
    let chosen = |touch, window| choose_click(&clicks, touch, window, day(0)).map(|it| it.at());
    assert_eq!(chosen(Touch::First, 30), Some(day(-20)));
    assert_eq!(chosen(Touch::Last, 30), Some(day(-2)));
    assert_eq!(chosen(Touch::First, 40), Some(day(-40)));
    assert_eq!(chosen(Touch::First, 39), Some(day(-20)));
    assert_eq!(chosen(Touch::Last, 1), None);
    assert_eq!(choose_click(&[], Touch::Last, 30, day(0)), None);
}

#[test]
fn a_click_may_be_ahead_by_the_skew_of_two_clocks_only() {
    let ahead = |seconds| {
        let clicks = [token(day(0) + TimeDelta::seconds(seconds), 1)];
        choose_click(&clicks, Touch::Last, 30, day(0)).is_some()
    };
    assert!(ahead(59));
    assert!(!ahead(61));
}

/// Asks with everything in order, after `change`.
fn refusal(change: impl FnOnce(&mut Program, &mut Code, &mut Facts)) -> Option<ProblemCode> {
    let (mut program, mut code, mut facts) = (program(), code(), Facts::default());
    change(&mut program, &mut code, &mut facts);
    let candidate = Candidate {
        program: &program,
        code: &code,
        invitee: id(facts.invitee),
        invitee_is_new_since: day(-facts.known_days),
        already_invited: facts.already_invited,
        quota_left: facts.quota_left,
    };
    let admission = admit(&candidate, day(0));
    let names: Vec<_> = admission
        .checks
        .iter()
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(
        names.len(),
        8,
        "every condition is told, whatever failed: {names:?}"
    );
    let all_hold = admission.checks.iter().all(|check| check.passed);
    assert_eq!(admission.refusal.is_none(), all_hold);
    admission.refusal
}

struct Facts {
    invitee: u32,
    known_days: i64,
    already_invited: bool,
    quota_left: Option<u32>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            invitee: 20,
            known_days: 0,
            already_invited: false,
            quota_left: None,
        }
    }
}

#[test]
fn each_condition_refuses_in_its_own_words() {
    use ProblemCode as P;
    assert_eq!(refusal(|_, _, _| ()), None);
    assert_eq!(
        refusal(|_, code, _| code.expires_at = Some(day(0))),
        Some(P::InviteCodeExpired)
    );
    assert_eq!(refusal(|_, code, _| code.expires_at = Some(day(1))), None);
    assert_eq!(
        refusal(|_, code, _| code.revoked_at = Some(day(-1))),
        Some(P::InviteCodeRevoked)
    );
    let used_up = refusal(|_, code, _| (code.uses, code.max_uses) = (3, Some(3)));
    assert_eq!(used_up, Some(P::InviteCodeExhausted));
    assert_eq!(
        refusal(|_, code, _| (code.uses, code.max_uses) = (2, Some(3))),
        None
    );
    assert_eq!(
        refusal(|_, _, facts| facts.invitee = 10),
        Some(P::SelfInvitation)
    );
    assert_eq!(
        refusal(|_, code, facts| (code.owner, facts.invitee) = (None, 10)),
        None
    );
    assert_eq!(
        refusal(|_, _, facts| facts.already_invited = true),
        Some(P::AlreadyInvited)
    );
    for status in [
        ProgramStatus::Draft,
        ProgramStatus::Paused,
        ProgramStatus::Ended,
    ] {
        let paused = refusal(|program, _, _| program.status = status);
        assert_eq!(paused, Some(P::ProgramNotActive));
    }
    let early = refusal(|program, _, _| program.settings.starts_at = Some(day(1)));
    assert_eq!(early, Some(P::ProgramNotActive));
    let late = refusal(|program, _, _| program.settings.ends_at = Some(day(0)));
    assert_eq!(late, Some(P::ProgramNotActive));
    assert_eq!(
        refusal(|_, _, facts| facts.quota_left = Some(0)),
        Some(P::QuotaExceeded)
    );
    assert_eq!(refusal(|_, _, facts| facts.quota_left = Some(1)), None);
    assert_eq!(refusal(|_, _, facts| facts.known_days = 7), None);
    assert_eq!(
        refusal(|_, _, facts| facts.known_days = 8),
        Some(P::ClaimWindowOver)
    );
}

#[test]
fn the_first_condition_that_fails_decides() {
    type Change = fn(&mut Program, &mut Code, &mut Facts);
    let failures: [(Change, ProblemCode); 8] = [
        (
            |_, code, _| code.expires_at = Some(day(-1)),
            ProblemCode::InviteCodeExpired,
        ),
        (
            |_, code, _| code.revoked_at = Some(day(-1)),
            ProblemCode::InviteCodeRevoked,
        ),
        (
            |_, code, _| code.max_uses = Some(0),
            ProblemCode::InviteCodeExhausted,
        ),
        (
            |_, _, facts| facts.invitee = 10,
            ProblemCode::SelfInvitation,
        ),
        (
            |_, _, facts| facts.already_invited = true,
            ProblemCode::AlreadyInvited,
        ),
        (
            |program, _, _| program.status = ProgramStatus::Paused,
            ProblemCode::ProgramNotActive,
        ),
        (
            |_, _, facts| facts.quota_left = Some(0),
            ProblemCode::QuotaExceeded,
        ),
        (
            |_, _, facts| facts.known_days = 100,
            ProblemCode::ClaimWindowOver,
        ),
    ];
    for (first, (_, expected)) in failures.iter().enumerate() {
        let told = refusal(|program, code, facts| {
            for (change, _) in &failures[first..] {
                change(program, code, facts);
            }
        });
        assert_eq!(told, Some(*expected));
    }
}

fn standing(quota_used: u32) -> Standing {
    Standing {
        program: id(1),
        member: id(10),
        registered: quota_used,
        qualified: 0,
        quota_used,
        quota_since: day(0),
        wait_key: None,
        updated_at: day(0),
    }
}

#[test]
fn a_quota_refills_at_the_end_of_its_period() {
    let weekly = QuotaPolicy {
        invites: 3,
        refill_days: Some(7),
    };
    let for_ever = QuotaPolicy {
        invites: 3,
        refill_days: None,
    };
    assert_eq!(quota_left(&weekly, &standing(2), day(6)), 1);
    assert_eq!(quota_left(&weekly, &standing(3), day(6)), 0);
    assert_eq!(quota_left(&weekly, &standing(9), day(6)), 0);
    assert_eq!(quota_left(&weekly, &standing(9), day(7)), 3);
    assert_eq!(quota_left(&for_ever, &standing(3), day(9999)), 0);
    assert_eq!(quota_period(&weekly, &standing(3), day(6)), (3, day(0)));
    // Three weeks and a bit: the period began at the last full week, not when somebody looked.
    assert_eq!(quota_period(&weekly, &standing(3), day(23)), (0, day(21)));
    assert_eq!(quota_period(&weekly, &standing(3), day(-1)), (3, day(0)));
}

proptest! {
    #[test]
    fn a_forged_token_is_refused(seed: u64, place in 0_usize..54, symbol in "[A-Za-z0-9_-]") {
        let text = token(day(0), seed).sign(SECRET);
        let mut forged = text.clone();
        forged.replace_range(place..=place, &symbol);
        prop_assume!(forged != text);
        prop_assert_eq!(ClickToken::verify(&forged, SECRET), None);
    }

    #[test]
    fn no_text_is_a_token_by_chance(text in any::<String>(), shaped in "[A-Za-z0-9_-]{54}") {
        prop_assert_eq!(ClickToken::verify(&text, SECRET), None);
        prop_assert_eq!(ClickToken::verify(&shaped, SECRET), None);
    }
}
