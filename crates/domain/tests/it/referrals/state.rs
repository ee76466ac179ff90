use inviter_domain::referrals::{InvalidMove, Move, ReferralState};

const MOVES: [Move; 5] = [
    Move::Qualify,
    Move::Reward,
    Move::Reject,
    Move::Expire,
    Move::Reverse,
];

#[test]
fn a_referral_takes_these_moves_and_no_others() {
    use ReferralState as S;
    let allowed = [
        (S::Registered, Move::Qualify, S::Qualified),
        (S::Registered, Move::Reject, S::Rejected),
        (S::Registered, Move::Expire, S::Expired),
        (S::Qualified, Move::Reward, S::Rewarded),
        (S::Qualified, Move::Reject, S::Rejected),
        (S::Qualified, Move::Reverse, S::Reversed),
        (S::Rewarded, Move::Reverse, S::Reversed),
    ];
    for from in S::ALL {
        for step in MOVES {
            let expected = allowed.iter().find(|(a, b, _)| (*a, *b) == (from, step));
            let expected = expected
                .map(|(.., to)| *to)
                .ok_or(InvalidMove { from, step });
            assert_eq!(from.after(step), expected, "{from:?} {step:?}");
        }
        let dead = MOVES.iter().all(|step| from.after(*step).is_err());
        assert_eq!(from.is_earning(), !dead, "{from:?}");
    }
}
