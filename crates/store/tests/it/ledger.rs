//! Movements of value, listed.

use domain::ledger::{AccountKey, AccountKind, Transfer, TransferReason};
use kernel::{Amount, GrantId, Id, Kind, MemberId, PageRequest, ProgramId, ProjectId};
use store::{StoreError, TransferFilter};

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

fn account<K: Kind>(owner: Id<K>, kind: AccountKind) -> AccountKey {
    AccountKey {
        owner: owner.uuid(),
        kind,
        unit: "credit".parse().unwrap(),
    }
}

fn moved(project: ProjectId, from: MemberId, to: MemberId, grant: Option<GrantId>) -> Transfer {
    Transfer {
        id: id(),
        project,
        debit: account(from, AccountKind::Held),
        credit: account(to, AccountKind::Available),
        amount: Amount(5),
        reason: TransferReason::Release,
        grant,
        event: None,
        operation: None,
        at: moment(0),
    }
}

/// What moved between Ada, Bob and Cleo, oldest first: every other time because of the grant. Ada is on both sides of two
/// movements, and of the fourth on neither.
fn movements(project: ProjectId, ada: MemberId, grant: GrantId) -> Vec<Transfer> {
    let (bob, cleo) = (id(), id());
    let sides = [
        (ada, bob),
        (bob, ada),
        (ada, ada),
        (bob, cleo),
        (bob, ada),
        (ada, cleo),
        (ada, ada),
    ];
    let grants = [None, Some(grant)].into_iter().cycle();
    sides
        .into_iter()
        .zip(grants)
        .map(|((from, to), grant)| moved(project, from, to, grant))
        .collect()
}

async fn append(process: &Process, project: ProjectId, all: &[Transfer]) {
    let all = all.to_vec();
    process
        .write(move |tx| {
            let all = all.clone();
            Box::pin(async move { tx.project(project).ledger().append(&all).await })
        })
        .await;
}

#[tokio::test]
async fn movements_on_either_side_of_a_member_are_one_list() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, ada) = (id(), id());
    let mut wanted = movements(project, ada, id());
    append(&process, project, &wanted).await;
    wanted.remove(3);
    wanted.reverse();
    let reader = process.read();
    let of_ada = async |page| {
        let ledger = reader.project(project).ledger();
        let found = ledger.transfers(&TransferFilter::of(ada), page).await;
        found.unwrap()
    };
    for limit in 1..8 {
        let mut page = of_ada(PageRequest::new(None, Some(limit))).await;
        let mut forwards = page.items.clone();
        while let Some(next) = page.next.clone() {
            let request = PageRequest::parse(Some(&next), None, Some(limit)).unwrap();
            page = of_ada(request).await;
            forwards.extend(page.items.clone());
        }
        assert_eq!(forwards, wanted, "{limit} a page");
        let mut backwards: Vec<Transfer> = page.items.iter().rev().cloned().collect();
        while let Some(prev) = page.prev.clone() {
            let request = PageRequest::parse(None, Some(&prev), Some(limit)).unwrap();
            page = of_ada(request).await;
            backwards.extend(page.items.iter().rev().cloned());
        }
        backwards.reverse();
        assert_eq!(backwards, wanted, "{limit} a page, backwards");
    }
}

#[tokio::test]
async fn movements_because_of_a_grant_are_found_in_its_project() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, ada, grant) = (id(), id(), id());
    let all = movements(project, ada, grant);
    append(&process, project, &all).await;
    let reader = process.read();
    let of_grant = TransferFilter {
        grant: Some(grant),
        ..TransferFilter::default()
    };
    let page = PageRequest::new(None, None);
    let ledger = reader.project(project).ledger();
    let found = ledger.transfers(&of_grant, page).await.unwrap().items;
    assert_eq!(found, [&all[5], &all[3], &all[1]].map(Clone::clone));
    let elsewhere = reader.project(id()).ledger();
    for filter in [of_grant, TransferFilter::of(ada)] {
        let found = elsewhere.transfers(&filter, page).await.unwrap();
        assert_eq!(found.items, []);
    }
}

#[tokio::test]
async fn what_is_added_to_a_balance_by_two_processes_is_there_twice() {
    let database = Database::new().await;
    let (one, other) = (database.process().await, database.process().await);
    let (project, program): (_, ProgramId) = (id(), id());
    let account = account(program, AccountKind::Program);
    let add = |process: Process, amount: i64| {
        let account = account.clone();
        async move {
            for _ in 0..10 {
                let changes = [(account.clone(), Amount(amount))];
                process
                    .write(move |tx| {
                        let changes = changes.clone();
                        Box::pin(async move {
                            let ledger = tx.project(project).ledger();
                            ledger.add_to_balances(&changes).await
                        })
                    })
                    .await;
            }
            process
        }
    };
    let (one, _other) = tokio::join!(add(one, -7), add(other, -5));
    let reader = one.read();
    let ledger = reader.project(project).ledger();
    let balances = ledger.balances(program.uuid()).await.unwrap();
    assert_eq!(balances, [(account, Amount(-120))]);
}

#[tokio::test]
async fn a_balance_stays_where_it_is_rather_than_leave_64_bits() {
    let database = Database::new().await;
    let process = database.process().await;
    let (project, program): (_, ProgramId) = (id(), id());
    let account = account(program, AccountKind::Program);
    let add = |amount: i64| {
        let changes = [(account.clone(), Amount(amount))];
        process.attempt::<_, StoreError, _>(move |tx| {
            let changes = changes.clone();
            Box::pin(async move { tx.project(project).ledger().add_to_balances(&changes).await })
        })
    };
    add(i64::MIN + 5).await.unwrap();
    add(-6).await.unwrap_err();
    add(-5).await.unwrap();
    let reader = process.read();
    let ledger = reader.project(project).ledger();
    let balances = ledger.balances(program.uuid()).await.unwrap();
    assert_eq!(balances, [(account, Amount(i64::MIN))]);
}
