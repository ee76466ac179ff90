use inviter_domain::{
    ledger::{self, AccountKey, AccountKind, Book, TransferReason},
    rewards::{Grant, GrantState},
};
use kernel::Amount;
use proptest::prelude::*;

use crate::made::{badge, grant, id, unit};

const PAID: Amount = Amount(1000);

fn mine(kind: AccountKind) -> AccountKey {
    AccountKey::member(id(10), kind, &unit("credits"))
}

fn granted(book: &mut Book, number: u32, amount: i64, state: GrantState) -> Grant {
    let mut grant = grant(number, id(10), amount, state);
    ledger::grant(book, &mut grant).expect("a fresh grant");
    grant
}

fn refund(book: &mut Book, grant: &mut Grant, total: i64, others: &mut [Grant]) -> i64 {
    ledger::clawback(book, grant, PAID, Amount(total), others)
        .expect("a refund")
        .0
}

#[test]
fn a_refund_takes_its_share_once() {
    let mut book = Book::default();
    let mut held = granted(&mut book, 1, 99, GrantState::Held);
    assert_eq!(refund(&mut book, &mut held, 500, &mut []), 49);
    assert_eq!(refund(&mut book, &mut held, 500, &mut []), 0);
    // An older, smaller total that comes late takes nothing either.
    assert_eq!(refund(&mut book, &mut held, 300, &mut []), 0);
    assert_eq!(
        (held.remaining.0, held.clawed.0, held.state),
        (50, 49, GrantState::Held)
    );
    assert_eq!(refund(&mut book, &mut held, 1000, &mut []), 50);
    assert_eq!(
        (held.remaining.0, held.clawed.0, held.state),
        (0, 99, GrantState::Reversed)
    );
    assert_eq!(
        book.balance(&AccountKey::program(id(1), &unit("credits"))),
        Amount(0)
    );
    assert_eq!(refund(&mut book, &mut held, 2000, &mut []), 0);
}

#[test]
fn what_is_spent_is_paid_by_other_grants_and_then_owed() {
    let mut book = Book::default();
    let mut grants = [granted(&mut book, 1, 100, GrantState::Available)];
    ledger::spend(&mut book, &mut grants, Amount(80), "order-1").unwrap();
    let [mut first] = grants;
    let mut others = [granted(&mut book, 2, 30, GrantState::Available)];
    book.take_postings();
    assert_eq!(refund(&mut book, &mut first, 1000, &mut others), 100);
    assert_eq!((first.state, first.clawed.0), (GrantState::Reversed, 100));
    assert_eq!(
        (others[0].state, others[0].remaining.0),
        (GrantState::Spent, 0)
    );
    assert_eq!(book.balance(&mine(AccountKind::Debt)), Amount(-50));
    let amounts: Vec<_> = book
        .take_postings()
        .iter()
        .map(|it| (it.amount.0, it.grant))
        .collect();
    assert_eq!(amounts, [20, 30, 50].map(|amount| (amount, Some(first.id))));
}

#[test]
fn a_debt_is_paid_by_the_next_release() {
    let mut book = Book::default();
    book.load(mine(AccountKind::Debt), Amount(-50));
    book.load(
        AccountKey::project(id(2), AccountKind::Spent, &unit("credits")),
        Amount(50),
    );
    let mut held = granted(&mut book, 1, 30, GrantState::Held);
    assert_eq!(book.balance(&mine(AccountKind::Debt)), Amount(-50));
    ledger::release(&mut book, &mut held).unwrap();
    assert_eq!((held.state, held.remaining.0), (GrantState::Spent, 0));
    let at_once = granted(&mut book, 2, 30, GrantState::Available);
    assert_eq!(
        (at_once.state, at_once.remaining.0),
        (GrantState::Available, 10)
    );
    assert_eq!(book.balance(&mine(AccountKind::Debt)), Amount(0));
    assert_eq!(book.balance(&mine(AccountKind::Available)), Amount(10));
    let settled = book.take_postings();
    let settled = settled
        .iter()
        .filter(|it| it.reason == TransferReason::Settle);
    assert_eq!(settled.map(|it| it.amount.0).collect::<Vec<_>>(), [30, 20]);
}

#[test]
fn a_partial_refund_may_use_up_a_grant() {
    let mut book = Book::default();
    let mut grants = [granted(&mut book, 1, 100, GrantState::Available)];
    ledger::spend(&mut book, &mut grants, Amount(60), "order-1").unwrap();
    let [mut grant] = grants;
    assert_eq!(refund(&mut book, &mut grant, 400, &mut []), 40);
    assert_eq!((grant.state, grant.remaining.0), (GrantState::Spent, 0));
    assert_eq!(refund(&mut book, &mut grant, 500, &mut []), 10);
    assert_eq!(book.balance(&mine(AccountKind::Debt)), Amount(-10));
}

#[test]
fn others_pay_only_if_they_are_the_members_and_available() {
    let mut book = Book::default();
    let mut grants = [granted(&mut book, 1, 100, GrantState::Available)];
    ledger::spend(&mut book, &mut grants, Amount(100), "order-1").unwrap();
    let [mut first] = grants;
    let mut bobs = grant(3, id(11), 100, GrantState::Available);
    ledger::grant(&mut book, &mut bobs).unwrap();
    let mut others = [
        granted(&mut book, 2, 100, GrantState::Held),
        bobs,
        first.clone(),
    ];
    refund(&mut book, &mut first, 1000, &mut others);
    assert_eq!(others.map(|grant| grant.remaining.0), [100, 100, 0]);
    assert_eq!(book.balance(&mine(AccountKind::Debt)), Amount(-100));
}

#[test]
fn a_badge_goes_with_the_whole_purchase_only() {
    let mut book = Book::default();
    let mut grant = grant(1, id(10), 0, GrantState::Claimed);
    grant.reward = badge();
    refund(&mut book, &mut grant, 999, &mut []);
    assert_eq!(grant.state, GrantState::Claimed);
    refund(&mut book, &mut grant, 1000, &mut []);
    assert_eq!(grant.state, GrantState::Reversed);
}

#[test]
fn a_refund_before_its_purchase_waits() {
    let mut book = Book::default();
    let mut grant = granted(&mut book, 1, 100, GrantState::Held);
    let taken = ledger::clawback(&mut book, &mut grant, Amount(0), Amount(500), &mut []);
    assert_eq!((taken, grant.state), (Ok(Amount(0)), GrantState::Held));
}

#[test]
fn an_operator_takes_back_the_rest_once() {
    let mut book = Book::default();
    let mut grant = granted(&mut book, 1, 100, GrantState::Available);
    refund(&mut book, &mut grant, 250, &mut []);
    assert_eq!(
        ledger::reverse(&mut book, &mut grant, &mut []),
        Ok(Amount(75))
    );
    assert_eq!((grant.state, grant.clawed.0), (GrantState::Reversed, 100));
    assert!(ledger::reverse(&mut book, &mut grant, &mut []).is_err());
}

proptest! {
    /// Refunds in any order, repeated or not, before or after the release, end in the same place.
    #[test]
    fn the_order_of_refunds_does_not_matter(
        amount in 1_i64..=10_000,
        other in 1_i64..=10_000,
        spent in 0_i64..=20_000,
        (parts, shuffled) in prop::collection::vec(1_i64..=400, 1..6)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle())),
    ) {
        let end = |parts: &[i64], repeat: bool, release_last: bool| {
            let mut book = Book::default();
            let mut grant = granted(&mut book, 1, amount, GrantState::Held);
            let mut others = [granted(&mut book, 2, other, GrantState::Available)];
            let spent = Amount(spent.min(other));
            if spent.is_positive() {
                ledger::spend(&mut book, &mut others, spent, "before").expect("covered");
            }
            if !release_last {
                ledger::release(&mut book, &mut grant).expect("held");
            }
            let mut total = 0;
            for part in parts {
                total += part;
                for _ in 0..=u8::from(repeat) {
                    refund(&mut book, &mut grant, total, &mut others);
                }
            }
            if release_last && grant.state.is_waiting() {
                ledger::release(&mut book, &mut grant).expect("held");
            }
            let balances: Vec<_> = book
                .changed()
                .filter(|(_, balance)| *balance != Amount::ZERO)
                .map(|(account, balance)| (account.clone(), balance))
                .collect();
            (balances, grant.state, grant.remaining, grant.clawed)
        };
        let plain = end(&parts, false, false);
        prop_assert_eq!(&plain, &end(&shuffled, false, false));
        prop_assert_eq!(&plain, &end(&shuffled, true, false));
        prop_assert_eq!(&plain, &end(&[parts.iter().sum()], false, false));
        prop_assert_eq!(&plain, &end(&shuffled, false, true));
        let refunded = parts.iter().sum::<i64>();
        prop_assert_eq!(plain.3, Amount(amount).share(Amount(refunded), PAID));
    }
}
