//! Coupons.

use std::collections::BTreeSet;

use domain::coupons::{Coupon, Pool};
use kernel::{GrantId, PoolId, ProjectId};
use store::StoreError;
use tokio::task::JoinSet;

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

fn pool(project: ProjectId, slug: &str, pattern: Option<&str>) -> Pool {
    Pool {
        id: id(),
        project,
        slug: slug.to_owned(),
        pattern: pattern.map(str::to_owned),
        created_at: moment(0),
        left: None,
    }
}

fn coupon(pool: &Pool, code: &str) -> Coupon {
    Coupon {
        id: id(),
        project: pool.project,
        pool: pool.id,
        code: code.to_owned(),
        grant: None,
        created_at: moment(0),
    }
}

async fn fill(process: &Process, pool: &Pool, coupons: Vec<Coupon>) -> Result<(), StoreError> {
    let pool = pool.clone();
    process
        .attempt(move |tx| {
            let (pool, coupons) = (pool.clone(), coupons.clone());
            Box::pin(async move {
                tx.project(pool.project)
                    .coupons()
                    .add_coupons(pool.id, &coupons)
                    .await
            })
        })
        .await
}

async fn insert(process: &Process, pools: &[Pool]) {
    let pools = pools.to_vec();
    process
        .write(move |tx| {
            let pools = pools.clone();
            Box::pin(async move {
                for pool in &pools {
                    tx.project(pool.project).coupons().insert(pool).await?;
                }
                Ok(())
            })
        })
        .await;
}

#[tokio::test]
async fn pools_know_what_is_left() {
    let database = Database::new().await;
    let process = database.process().await;
    let project = id();
    let pools = [
        pool(project, "uploaded", None),
        pool(project, "made", Some("A-######")),
        pool(project, "empty", None),
    ];
    insert(&process, &pools).await;
    let given = Coupon {
        grant: Some(id()),
        ..coupon(&pools[0], "c")
    };
    fill(
        &process,
        &pools[0],
        vec![coupon(&pools[0], "a"), coupon(&pools[0], "A"), given],
    )
    .await
    .unwrap();
    let again = fill(&process, &pools[0], vec![coupon(&pools[0], "a")]).await;
    assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
    fill(&process, &pools[1], vec![coupon(&pools[1], "a")])
        .await
        .unwrap();

    let read = process.read();
    let coupons = read.project(project).coupons();
    let left: Vec<_> = coupons
        .pools()
        .await
        .unwrap()
        .into_iter()
        .map(|pool| (pool.slug, pool.left))
        .collect();
    let expected = [("empty", Some(0)), ("made", None), ("uploaded", Some(2))];
    assert_eq!(left, expected.map(|(slug, left)| (slug.to_owned(), left)));
    assert_eq!(coupons.left(pools[0].id).await.unwrap(), 2);
    let found = coupons.find_by_slug("uploaded").await.unwrap();
    assert_eq!(
        found,
        Some(Pool {
            left: Some(2),
            ..pools[0].clone()
        })
    );
    assert_eq!(
        read.project(id())
            .coupons()
            .find_by_slug("uploaded")
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn each_coupon_is_given_once() {
    let database = Database::new().await;
    let processes = [database.process().await, database.process().await];
    let pool = pool(id(), "p", None);
    insert(&processes[0], std::slice::from_ref(&pool)).await;
    let coupons = (0..40).map(|n| coupon(&pool, &n.to_string())).collect();
    fill(&processes[0], &pool, coupons).await.unwrap();

    let mut takers = JoinSet::new();
    for taker in 0..60 {
        let store = processes[taker % 2].store.clone();
        let (project, pool): (ProjectId, PoolId) = (pool.project, pool.id);
        takers.spawn(async move {
            let grant: GrantId = id();
            let taken = store
                .transact::<_, StoreError, _>(move |tx| {
                    Box::pin(async move { tx.project(project).coupons().take(pool, grant).await })
                })
                .await
                .unwrap();
            assert!(
                taken
                    .as_ref()
                    .is_none_or(|coupon| coupon.grant == Some(grant))
            );
            taken.map(|coupon| coupon.code)
        });
    }
    let taken: Vec<String> = takers.join_all().await.into_iter().flatten().collect();
    assert_eq!(taken.len(), 40);
    assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 40);
    let left = processes[1]
        .read()
        .project(pool.project)
        .coupons()
        .left(pool.id)
        .await
        .unwrap();
    assert_eq!(left, 0);
}
