use inviter_domain::rewards::{GrantState, GrantStep, InvalidStep};

const STEPS: [GrantStep; 7] = [
    GrantStep::AskApproval,
    GrantStep::Release,
    GrantStep::Reject,
    GrantStep::Claim,
    GrantStep::Exhaust,
    GrantStep::Expire,
    GrantStep::Reverse,
];

#[test]
fn a_grant_takes_these_steps_and_no_others() {
    use GrantState as S;
    use GrantStep as T;
    let allowed = [
        (S::Held, T::AskApproval, S::PendingApproval),
        (S::Held, T::Release, S::Available),
        (S::Held, T::Reject, S::Rejected),
        (S::Held, T::Reverse, S::Reversed),
        (S::PendingApproval, T::Release, S::Available),
        (S::PendingApproval, T::Reject, S::Rejected),
        (S::PendingApproval, T::Reverse, S::Reversed),
        (S::Available, T::Claim, S::Claimed),
        (S::Available, T::Exhaust, S::Spent),
        (S::Available, T::Expire, S::Expired),
        (S::Available, T::Reverse, S::Reversed),
        (S::Claimed, T::Reverse, S::Reversed),
        (S::Spent, T::Reverse, S::Reversed),
    ];
    for from in S::ALL {
        for step in STEPS {
            let expected = allowed.iter().find(|(a, b, _)| (*a, *b) == (from, step));
            let expected = expected
                .map(|(.., to)| *to)
                .ok_or(InvalidStep { from, step });
            assert_eq!(from.after(step), expected, "{from:?} {step:?}");
        }
    }
}
