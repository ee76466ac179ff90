//! Whatever happens to the units of two members in two units, nothing is lost and nothing is made.

use std::collections::BTreeMap;

use inviter_domain::{
    ledger::{self, AccountKey, AccountKind, Book},
    rewards::{Grant, GrantState, Reward},
};
use kernel::{Amount, Unit};
use proptest::prelude::*;

use crate::made::{grant, id, unit};

/// One thing that happens. Numbers pick among what there is.
#[derive(Debug, Clone)]
enum Deed {
    Grant {
        member: u32,
        unit: usize,
        amount: i64,
        held: bool,
    },
    Release(usize),
    Reject(usize),
    Expire(usize),
    Reverse(usize),
    Spend {
        member: u32,
        unit: usize,
        amount: i64,
    },
    Refund {
        grant: usize,
        paid: i64,
        refunded: i64,
    },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let amount = prop_oneof![1_i64..200, Just(i64::MAX / 4)];
    let deed = prop_oneof![
        4 => (10_u32..12, 0_usize..2, amount, any::<bool>())
            .prop_map(|(member, unit, amount, held)| Deed::Grant { member, unit, amount, held }),
        3 => any::<usize>().prop_map(Deed::Release),
        1 => any::<usize>().prop_map(Deed::Reject),
        1 => any::<usize>().prop_map(Deed::Expire),
        1 => any::<usize>().prop_map(Deed::Reverse),
        3 => (10_u32..12, 0_usize..2, -5_i64..300)
            .prop_map(|(member, unit, amount)| Deed::Spend { member, unit, amount }),
        3 => (any::<usize>(), -1_i64..100, -1_i64..150)
            .prop_map(|(grant, paid, refunded)| Deed::Refund { grant, paid, refunded }),
    ];
    prop::collection::vec(deed, 0..60)
}

#[derive(Default)]
struct World {
    book: Book,
    grants: Vec<Grant>,
}

impl World {
    /// Does it. What is refused has to leave no trace, so it is tried on a copy, as a transaction would.
    fn act(&mut self, deed: &Deed) {
        let (mut book, mut grants) = (self.book.clone(), self.grants.clone());
        if perform(&mut book, &mut grants, deed).is_some() {
            (self.book, self.grants) = (book, grants);
        }
    }
}

fn units() -> [Unit; 2] {
    [unit("credits"), unit("points")]
}

fn perform(book: &mut Book, grants: &mut Vec<Grant>, deed: &Deed) -> Option<()> {
    let count = grants.len();
    let pick = |number: &usize| number.checked_rem(count);
    match deed {
        Deed::Grant {
            member,
            unit,
            amount,
            held,
        } => {
            let state = if *held {
                GrantState::Held
            } else {
                GrantState::Available
            };
            let number = u32::try_from(grants.len()).ok()?;
            let mut grant = grant(100 + number, id(*member), *amount, state);
            grant.reward = Reward::Units {
                unit: units()[*unit].clone(),
                amount: Amount(*amount),
            };
            ledger::grant(book, &mut grant).ok()?;
            grants.push(grant);
        }
        Deed::Release(number) => ledger::release(book, &mut grants[pick(number)?]).ok()?,
        Deed::Reject(number) => ledger::reject(book, &mut grants[pick(number)?]).ok()?,
        Deed::Expire(number) => ledger::expire(book, &mut grants[pick(number)?]).ok()?,
        Deed::Reverse(number) => {
            let mut grant = grants[pick(number)?].clone();
            ledger::reverse(book, &mut grant, grants).ok()?;
            put_back(grants, grant);
        }
        Deed::Spend {
            member,
            unit,
            amount,
        } => {
            let unit = &units()[*unit];
            let (mut mine, others): (Vec<_>, Vec<_>) = std::mem::take(grants)
                .into_iter()
                .partition(|it| it.member == id(*member) && it.unit() == Some(unit));
            ledger::spend(book, &mut mine, Amount(*amount), "order").ok()?;
            *grants = mine.into_iter().chain(others).collect();
        }
        Deed::Refund {
            grant,
            paid,
            refunded,
        } => {
            let mut grant = grants[pick(grant)?].clone();
            ledger::clawback(book, &mut grant, Amount(*paid), Amount(*refunded), grants).ok()?;
            put_back(grants, grant);
        }
    }
    Some(())
}

fn put_back(grants: &mut [Grant], grant: Grant) {
    let place = grants
        .iter_mut()
        .find(|it| it.id == grant.id)
        .expect("it was copied from here");
    *place = grant;
}

/// What holds at any time.
fn check(world: &World) -> Result<(), TestCaseError> {
    let mut sums = BTreeMap::<Unit, i128>::new();
    for (account, balance) in world.book.changed() {
        prop_assert!(account.kind.permits(balance), "{account:?} {balance}");
        *sums.entry(account.unit.clone()).or_default() += i128::from(balance.0);
    }
    prop_assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    for grant in &world.grants {
        prop_assert!(
            (Amount(0)..=grant.amount).contains(&grant.clawed),
            "{grant:?}"
        );
        prop_assert!(
            (Amount(0)..=grant.amount).contains(&grant.remaining),
            "{grant:?}"
        );
        let open = grant.state.is_waiting() || grant.state == GrantState::Available;
        prop_assert_eq!(grant.remaining.is_positive(), open, "{:?}", grant);
    }
    for unit in units() {
        for member in [id(10), id(11)] {
            let remaining = |wanted: fn(GrantState) -> bool| -> i64 {
                let mine = world.grants.iter().filter(|it| {
                    it.member == member && it.unit() == Some(&unit) && wanted(it.state)
                });
                mine.map(|it| it.remaining.0).sum()
            };
            let balance = |kind| {
                world
                    .book
                    .balance(&AccountKey::member(member, kind, &unit))
                    .0
            };
            prop_assert_eq!(
                remaining(GrantState::is_waiting),
                balance(AccountKind::Held)
            );
            let available = remaining(|state| state == GrantState::Available);
            prop_assert_eq!(available, balance(AccountKind::Available));
            // Nobody both owns and owes.
            prop_assert!(available == 0 || balance(AccountKind::Debt) == 0);
        }
        let granted: i128 = world
            .grants
            .iter()
            .filter(|it| it.unit() == Some(&unit) && it.state != GrantState::Rejected)
            .map(|it| i128::from(it.amount.0) - i128::from(it.clawed.0))
            .sum();
        let program = world.book.balance(&AccountKey::program(id(1), &unit));
        prop_assert_eq!(granted, -i128::from(program.0));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_is_lost_and_nothing_is_made(deeds in deeds()) {
        let mut world = World::default();
        for deed in &deeds {
            world.act(deed);
            check(&world)?;
        }
        // The postings alone lead to the same balances.
        let mut replayed = Book::default();
        for posting in world.book.clone().take_postings() {
            replayed.post(posting).expect("it was posted before");
        }
        prop_assert!(replayed.changed().eq(world.book.changed()));
    }
}
