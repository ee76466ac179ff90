use inviter_domain::{
    ledger::{self, AccountKey, AccountKind, Book, LedgerError, TransferReason},
    rewards::{Grant, GrantState},
};
use kernel::{Amount, MemberId, ProblemCode};

use crate::made::{badge, grant, id, unit};

fn ada() -> MemberId {
    id(10)
}

fn balance(book: &Book, kind: AccountKind) -> i64 {
    let unit = unit("credits");
    let account = match kind {
        AccountKind::Program => AccountKey::program(id(1), &unit),
        AccountKind::Spent | AccountKind::Expired => AccountKey::project(id(2), kind, &unit),
        _ => AccountKey::member(ada(), kind, &unit),
    };
    book.balance(&account).0
}

fn granted(book: &mut Book, number: u32, amount: i64, state: GrantState) -> Grant {
    let mut grant = grant(number, ada(), amount, state);
    ledger::grant(book, &mut grant).expect("a fresh grant");
    grant
}

#[test]
fn a_held_grant_is_released_and_spent() {
    use TransferReason as R;
    let mut book = Book::default();
    let mut grant = granted(&mut book, 1, 100, GrantState::Held);
    assert_eq!(balance(&book, AccountKind::Held), 100);
    ledger::release(&mut book, &mut grant).unwrap();
    assert_eq!(grant.state, GrantState::Available);
    assert_eq!(balance(&book, AccountKind::Available), 100);
    let mut grants = [grant];
    ledger::spend(&mut book, &mut grants, Amount(40), "order-1").unwrap();
    assert_eq!(
        (grants[0].state, grants[0].remaining),
        (GrantState::Available, Amount(60))
    );
    ledger::spend(&mut book, &mut grants, Amount(60), "order-2").unwrap();
    assert_eq!(
        (grants[0].state, grants[0].remaining),
        (GrantState::Spent, Amount(0))
    );
    assert_eq!(grants[0].due_at, None);
    assert_eq!(balance(&book, AccountKind::Spent), 100);
    assert_eq!(balance(&book, AccountKind::Program), -100);
    let reasons: Vec<_> = book
        .take_postings()
        .into_iter()
        .map(|it| it.reason)
        .collect();
    assert_eq!(reasons, [R::Grant, R::Release, R::Spend, R::Spend]);
}

#[test]
fn spending_takes_the_grants_in_order_and_names_the_operation() {
    let mut book = Book::default();
    let mut grants = [1, 2, 3].map(|number| granted(&mut book, number, 10, GrantState::Available));
    book.take_postings();
    ledger::spend(&mut book, &mut grants, Amount(15), "order-1").unwrap();
    assert_eq!(grants.each_ref().map(|grant| grant.remaining.0), [0, 5, 10]);
    let postings = book.take_postings();
    assert_eq!(
        postings.iter().map(|it| it.amount.0).collect::<Vec<_>>(),
        [10, 5]
    );
    assert!(
        postings
            .iter()
            .all(|it| it.operation.as_deref() == Some("order-1"))
    );
}

#[test]
fn spending_more_than_there_is_moves_nothing() {
    let mut book = Book::default();
    let mut grants = [
        granted(&mut book, 1, 10, GrantState::Available),
        granted(&mut book, 2, 10, GrantState::Held),
    ];
    let before = book.clone();
    let refused = ledger::spend(&mut book, &mut grants, Amount(11), "order-1");
    assert_eq!(refused, Err(LedgerError::InsufficientBalance));
    assert_eq!(
        refused.unwrap_err().code(),
        ProblemCode::InsufficientBalance
    );
    assert_eq!(
        ledger::spend(&mut book, &mut [], Amount(1), "x"),
        Err(LedgerError::InsufficientBalance)
    );
    assert_eq!(
        ledger::spend(&mut book, &mut grants, Amount(0), "x"),
        Err(LedgerError::NotPositive)
    );
    assert_eq!(book, before);
}

#[test]
fn nobody_spends_what_belongs_to_another() {
    let mut book = Book::default();
    let mut bobs = grant(2, id(11), 10, GrantState::Available);
    ledger::grant(&mut book, &mut bobs).unwrap();
    let mut grants = [granted(&mut book, 1, 10, GrantState::Available), bobs];
    let refused = ledger::spend(&mut book, &mut grants, Amount(15), "order-1");
    assert_eq!(refused, Err(LedgerError::AccountsDiffer));
}

#[test]
fn rejected_units_go_home_and_expired_ones_are_kept_apart() {
    let mut book = Book::default();
    let mut rejected = granted(&mut book, 1, 10, GrantState::PendingApproval);
    ledger::reject(&mut book, &mut rejected).unwrap();
    assert_eq!(
        (rejected.state, rejected.remaining.0),
        (GrantState::Rejected, 0)
    );
    assert_eq!(balance(&book, AccountKind::Program), 0);
    let mut expired = granted(&mut book, 2, 10, GrantState::Available);
    ledger::expire(&mut book, &mut expired).unwrap();
    assert_eq!(
        (expired.state, expired.remaining.0),
        (GrantState::Expired, 0)
    );
    assert_eq!(balance(&book, AccountKind::Expired), 10);
    assert_eq!(balance(&book, AccountKind::Program), -10);
}

#[test]
fn steps_out_of_order_are_refused() {
    let mut book = Book::default();
    let mut available = granted(&mut book, 1, 10, GrantState::Available);
    let before = (book.clone(), available.clone());
    let refused = ledger::release(&mut book, &mut available).unwrap_err();
    assert_eq!(refused.code(), ProblemCode::InvalidTransition);
    assert!(ledger::reject(&mut book, &mut available).is_err());
    assert_eq!((book.clone(), available), before);
    let mut held = granted(&mut book, 2, 10, GrantState::Held);
    assert!(ledger::expire(&mut book, &mut held).is_err());
}

#[test]
fn grants_without_units_move_without_postings() {
    let mut book = Book::default();
    let mut grant = grant(1, ada(), 0, GrantState::Held);
    grant.reward = badge();
    ledger::grant(&mut book, &mut grant).unwrap();
    ledger::release(&mut book, &mut grant).unwrap();
    assert_eq!(grant.state, GrantState::Available);
    ledger::expire(&mut book, &mut grant).unwrap();
    assert_eq!(grant.state, GrantState::Expired);
    assert_eq!(book, Book::default());
}

#[test]
fn a_grant_moves_value_of_its_member_its_program_and_its_project_alone() {
    let mut book = Book::default();
    let mut one = granted(&mut book, 1, 10, GrantState::Held);
    ledger::release(&mut book, &mut one).unwrap();
    let owners = [one.member.uuid(), one.program.uuid(), one.project.uuid()];
    assert!(
        book.changed()
            .all(|(account, _)| owners.contains(&account.owner))
    );
}
