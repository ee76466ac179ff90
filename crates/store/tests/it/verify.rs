//! Checking the books.

use domain::{
    ledger::{AccountKey, AccountKind, Transfer, TransferReason},
    rewards::{Grant, GrantState, Reward, Side},
};
use kernel::{Amount, MemberId, ProgramId, ProjectId, Unit};
use sea_orm::ConnectionTrait;
use store::{Difference, LedgerReport, StoreResult, WriteTx};

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

#[derive(Clone)]
struct Books {
    project: ProjectId,
    program: AccountKey,
    held: AccountKey,
    available: AccountKey,
    grants: Vec<Grant>,
    transfers: Vec<Transfer>,
}

fn grant(
    project: ProjectId,
    member: MemberId,
    state: GrantState,
    amount: i64,
    remaining: i64,
) -> Grant {
    Grant {
        id: id(),
        project,
        program: id(),
        version: 1,
        rule: "r".to_owned(),
        referral: id(),
        event: id(),
        member,
        side: Side::Inviter,
        reward: Reward::Units {
            unit: unit(),
            amount: Amount(amount),
        },
        amount: Amount(amount),
        remaining: Amount(remaining),
        clawed: Amount::ZERO,
        state,
        approval: false,
        reason: None,
        due_at: None,
        expire_after_days: None,
        order: None,
        coupon: None,
        created_at: moment(0),
        updated_at: moment(0),
    }
}

fn unit() -> Unit {
    "points".parse().unwrap()
}

impl Books {
    /// 100 are granted and held, 40 of another 60 are still available, 20 are spent.
    fn new() -> Self {
        let (project, program, member): (ProjectId, ProgramId, MemberId) = (id(), id(), id());
        let mut books = Self {
            project,
            program: AccountKey::program(program, &unit()),
            held: AccountKey::member(member, AccountKind::Held, &unit()),
            available: AccountKey::member(member, AccountKind::Available, &unit()),
            grants: vec![
                grant(project, member, GrantState::PendingApproval, 100, 100),
                grant(project, member, GrantState::Available, 60, 40),
                grant(project, member, GrantState::Rejected, 5, 0),
            ],
            transfers: Vec::new(),
        };
        let spent = AccountKey::project(project, AccountKind::Spent, &unit());
        for (debit, credit, amount, reason) in [
            (&books.program, &books.held, 160, TransferReason::Grant),
            (&books.held, &books.available, 60, TransferReason::Release),
            (&books.available, &spent, 20, TransferReason::Spend),
        ] {
            books.transfers.push(Transfer {
                id: id(),
                project,
                debit: debit.clone(),
                credit: credit.clone(),
                amount: Amount(amount),
                reason,
                grant: None,
                event: None,
                operation: None,
                at: moment(0),
            });
        }
        books
    }

    async fn write(self, tx: &WriteTx) -> StoreResult<()> {
        let project = tx.project(self.project);
        project.grants().insert_all(&self.grants).await?;
        project.ledger().append(&self.transfers).await?;
        let spent = AccountKey::project(self.project, AccountKind::Spent, &unit());
        let balances = [
            (self.program, -160),
            (self.held, 100),
            (self.available, 40),
            (spent, 20),
        ];
        project
            .ledger()
            .save_balances(&balances.map(|(key, balance)| (key, Amount(balance))))
            .await
    }
}

async fn with_books() -> (Database, Process, Books) {
    let database = Database::new().await;
    let process = database.process().await;
    let books = Books::new();
    let write = books.clone();
    process
        .write(move |tx| {
            let (books, other) = (write.clone(), Books::new());
            Box::pin(async move {
                books.write(tx).await?;
                other.write(tx).await
            })
        })
        .await;
    (database, process, books)
}

async fn verify(process: &Process) -> LedgerReport {
    process.read().verify_ledger(|_| ()).await.unwrap()
}

#[tokio::test]
async fn sound_books_are_found_sound() {
    let (_database, process, _) = with_books().await;
    let mut progress = Vec::new();
    let report = process
        .read()
        .verify_ledger(|read| progress.push(read))
        .await
        .unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(
        (report.transfers, report.accounts, report.grants),
        (6, 8, 6)
    );
    assert_eq!(progress, [6]);
}

#[tokio::test]
async fn a_changed_balance_is_found() {
    let (database, process, books) = with_books().await;
    let sql = "UPDATE accounts SET balance = balance + 1 WHERE kind = 'held'";
    database
        .backdoor()
        .await
        .execute_unprepared(sql)
        .await
        .unwrap();
    let report = verify(&process).await;
    let expected = Difference {
        account: books.held,
        stored: Amount(101),
        computed: Amount(100),
    };
    assert!(report.differences.contains(&expected), "{report:?}");
    assert_eq!(report.differences.len(), 2);
    assert_eq!(
        report
            .unbalanced
            .iter()
            .map(|off| off.sum)
            .collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!(report.uncovered.len(), 2);
    assert!(!report.is_sound());
}

#[tokio::test]
async fn a_removed_transfer_and_account_are_found() {
    let (database, process, _) = with_books().await;
    let backdoor = database.backdoor().await;
    backdoor
        .execute_unprepared("DELETE FROM transfers WHERE reason = 'spend'")
        .await
        .unwrap();
    backdoor
        .execute_unprepared("DELETE FROM accounts WHERE kind = 'held'")
        .await
        .unwrap();
    let report = verify(&process).await;
    let kinds: Vec<_> = report
        .differences
        .iter()
        .map(|found| found.account.kind)
        .collect();
    for kind in [
        AccountKind::Available,
        AccountKind::Spent,
        AccountKind::Held,
    ] {
        assert_eq!(
            kinds.iter().filter(|found| **found == kind).count(),
            2,
            "{report:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_sign_and_a_grant_with_leftovers_are_found() {
    let (database, process, books) = with_books().await;
    let backdoor = database.backdoor().await;
    backdoor
        .execute_unprepared("UPDATE accounts SET balance = -balance WHERE kind = 'program'")
        .await
        .unwrap();
    backdoor
        .execute_unprepared("UPDATE grants SET remaining = 3 WHERE state = 'rejected'")
        .await
        .unwrap();
    let report = verify(&process).await;
    assert!(
        report.wrong_signs.contains(&(books.program, Amount(160))),
        "{report:?}"
    );
    assert!(report.leftovers.contains(&books.grants[2].id));
    assert_eq!((report.wrong_signs.len(), report.leftovers.len()), (2, 2));
}

#[tokio::test]
async fn a_remaining_that_the_balance_does_not_have_is_found() {
    let (database, process, _) = with_books().await;
    let sql = "UPDATE grants SET remaining = 50 WHERE state = 'available'";
    database
        .backdoor()
        .await
        .execute_unprepared(sql)
        .await
        .unwrap();
    let report = verify(&process).await;
    let found: Vec<_> = report
        .uncovered
        .iter()
        .map(|one| (one.kind, one.balance, one.remaining))
        .collect();
    assert_eq!(found, [(AccountKind::Available, Amount(40), Amount(50)); 2]);
    assert!(report.differences.is_empty());
}
