//! What keeps a server shut.

use sea_orm::ConnectionTrait;
use store::{Obstacle, Options, Store, StoreError};

use crate::database::Database;

#[tokio::test]
async fn an_account_that_may_only_read_is_told_so() {
    let database = Database::new().await;
    let process = database.process().await;
    process.store.try_privileges().await.unwrap();
    if !database.is_mysql() {
        return;
    }
    let url = database.options().url;
    let (rest, schema) = url.rsplit_once('/').unwrap();
    let (_, place) = rest.rsplit_once('@').unwrap();
    // As long as the name of a scratch schema, which no account may have.
    let account = format!("ro_{}", &schema[schema.len() - 16..]);
    let backdoor = database.backdoor().await;
    for sql in [
        format!("CREATE USER '{account}'@'%' IDENTIFIED BY 'reads'"),
        format!("GRANT SELECT ON {schema}.* TO '{account}'@'%'"),
    ] {
        backdoor.execute_unprepared(&sql).await.unwrap();
    }
    let options = Options::new(format!("mysql://{account}:reads@{place}/{schema}"));
    let (reader, writer) = Store::open(options).await.unwrap();
    let tried = reader.try_privileges().await;
    drop((reader, writer));
    let gone = format!("DROP USER '{account}'@'%'");
    backdoor.execute_unprepared(&gone).await.unwrap();
    let Err(StoreError::Refused(refusal)) = tried else {
        panic!("{tried:?}");
    };
    assert_eq!(refusal.what, Obstacle::Privilege);
    assert!(refusal.detail.contains("INSERT"), "{refusal}");
}
