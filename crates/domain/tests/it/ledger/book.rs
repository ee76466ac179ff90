use inviter_domain::ledger::{AccountKey, AccountKind, Book, LedgerError, Posting, TransferReason};
use kernel::{Amount, ProblemCode};

use crate::made::{id, unit};

fn program() -> AccountKey {
    AccountKey::program(id(1), &unit("credits"))
}

fn member(kind: AccountKind) -> AccountKey {
    AccountKey::member(id(10), kind, &unit("credits"))
}

fn posting(debit: AccountKey, credit: AccountKey, amount: i64) -> Posting {
    Posting {
        debit,
        credit,
        amount: Amount(amount),
        reason: TransferReason::Grant,
        grant: None,
        event: None,
        operation: None,
    }
}

#[test]
fn a_posting_moves_value_and_is_remembered() {
    let mut book = Book::default();
    book.load(program(), Amount(-50));
    let post = posting(program(), member(AccountKind::Held), 30);
    book.post(post.clone()).unwrap();
    assert_eq!(book.balance(&program()), Amount(-80));
    let changed: Vec<_> = book.changed().collect();
    assert_eq!(
        changed,
        [
            (&program(), Amount(-80)),
            (&member(AccountKind::Held), Amount(30))
        ]
        .into_iter()
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert_eq!(book.take_postings(), [post]);
    assert_eq!(book.take_postings(), []);
}

#[test]
fn an_account_left_unread_has_what_is_to_be_added_to_it() {
    let mut book = Book::default();
    book.leave_unread(program().owner);
    let held = member(AccountKind::Held);
    book.post(posting(program(), held.clone(), 30)).unwrap();
    book.post(posting(program(), held.clone(), 20)).unwrap();
    assert_eq!(book.balance(&program()), Amount(-50));
    assert!(book.is_unread(&program()) && !book.is_unread(&held));
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    use AccountKind::{Available, Debt, Held, Spent};
    let other = AccountKey::member(id(10), Held, &unit("points"));
    let mut book = Book::default();
    book.load(program(), Amount(i64::MIN + 5));
    book.load(member(Available), Amount(10));
    let before = book.clone();
    let table = [
        (
            posting(program(), member(Held), 0),
            LedgerError::NotPositive,
        ),
        (
            posting(program(), member(Held), -1),
            LedgerError::NotPositive,
        ),
        (posting(program(), program(), 1), LedgerError::SameAccount),
        (posting(program(), other, 1), LedgerError::AccountsDiffer),
        (
            posting(program(), member(Held), 6),
            kernel::AmountOverflow.into(),
        ),
        (
            posting(member(Available), member(Spent), 11),
            LedgerError::WrongSign(Available),
        ),
        (
            posting(member(Held), program(), 1),
            LedgerError::WrongSign(Held),
        ),
        (
            posting(member(Available), member(Debt), 1),
            LedgerError::WrongSign(Debt),
        ),
    ];
    for (posting, error) in table {
        assert_eq!(book.post(posting.clone()), Err(error), "{posting:?}");
        assert_eq!(book, before);
    }
}

#[test]
fn kinds_have_a_sign() {
    use AccountKind::{Available, Debt, Expired, Held, Program, Spent};
    for kind in [Program, Debt] {
        assert!(kind.permits(Amount(-1)) && kind.permits(Amount(0)) && !kind.permits(Amount(1)));
    }
    for kind in [Held, Available, Spent, Expired] {
        assert!(!kind.permits(Amount(-1)) && kind.permits(Amount(0)) && kind.permits(Amount(1)));
    }
}

#[test]
fn a_caller_is_told_what_a_caller_can_change() {
    assert_eq!(
        LedgerError::InsufficientBalance.code(),
        ProblemCode::InsufficientBalance
    );
    assert_eq!(LedgerError::SameAccount.code(), ProblemCode::Internal);
}
