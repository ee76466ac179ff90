//! Projects, keys and operators.

use domain::{
    people::{OperatorToken, Permission},
    projects::Mode,
};
use store::StoreError;
use kernel::PageRequest;

use crate::{
    database::Database,
    samples::{id, key, moment, operator, project},
};

#[tokio::test]
async fn projects_are_found_by_slug_in_their_mode() {
    let database = Database::new().await;
    let process = database.process().await;
    let (live, test) = (project("shop", Mode::Live), project("shop", Mode::Test));
    let expected = [live.clone(), test.clone()];
    process
        .write(move |tx| {
            let (live, test) = (live.clone(), test.clone());
            Box::pin(async move {
                tx.directory().insert_project(&live).await?;
                tx.directory().insert_project(&test).await?;
                let again = tx.directory().insert_project(&project("shop", Mode::Live)).await;
                assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
                Ok(())
            })
        })
        .await;
    let read = process.read();
    assert_eq!(read.directory().projects().await.unwrap(), expected);
    let [live, test] = expected;
    assert_eq!(read.directory().project_by_slug("shop", Mode::Test).await.unwrap(), Some(test.clone()));
    assert_eq!(read.directory().project_by_slug("Shop", Mode::Test).await.unwrap(), None);

    let changed = domain::projects::Project {
        name: "新".to_owned(),
        settings: domain::projects::ProjectSettings::default(),
        ..live
    };
    let update = changed.clone();
    process
        .write(move |tx| {
            let update = update.clone();
            Box::pin(async move { tx.directory().update_project(&update).await })
        })
        .await;
    assert_eq!(read.directory().project(changed.id).await.unwrap(), Some(changed));
    assert_eq!(read.directory().project(test.id).await.unwrap(), Some(test));
}

#[tokio::test]
async fn keys_are_found_by_their_hash_and_changed_in_their_project() {
    let database = Database::new().await;
    let process = database.process().await;
    let (mine, other) = (id(), id());
    let keys = [key(mine, 1), key(mine, 2), key(other, 3)];
    let insert = keys.clone();
    process
        .write(move |tx| {
            let keys = insert.clone();
            Box::pin(async move {
                for key in &keys {
                    tx.project(key.project).keys().insert(key).await?;
                }
                Ok(())
            })
        })
        .await;
    let read = process.read();
    assert_eq!(read.directory().key_by_hash(&[2; 32]).await.unwrap(), Some(keys[1].clone()));
    assert_eq!(read.directory().key_by_hash(&[9; 32]).await.unwrap(), None);
    let page = read.project(mine).keys().list(PageRequest::new(None, None)).await.unwrap();
    assert_eq!(page.items, [keys[1].clone(), keys[0].clone()]);
    assert_eq!(read.project(other).keys().find(keys[0].id).await.unwrap(), None);

    let changed = domain::people::ApiKey {
        name: "old".to_owned(),
        scopes: vec![Permission::AuditRead],
        expires_at: None,
        revoked_at: Some(moment(77)),
        ..keys[0].clone()
    };
    let update = changed.clone();
    process
        .write(move |tx| {
            let update = update.clone();
            Box::pin(async move {
                tx.project(other).keys().update(&domain::people::ApiKey { name: "x".to_owned(), ..update.clone() }).await?;
                tx.project(mine).keys().update(&update).await
            })
        })
        .await;
    assert_eq!(read.project(mine).keys().find(changed.id).await.unwrap(), Some(changed));
}

#[tokio::test]
async fn operators_and_their_tokens() {
    let database = Database::new().await;
    let process = database.process().await;
    let ann = operator("ann@example.com");
    let token = OperatorToken {
        id: id(),
        operator: ann.id,
        name: "laptop".to_owned(),
        hash: [7; 32],
        created_at: moment(1),
        expires_at: None,
        revoked_at: None,
    };
    let insert = (ann.clone(), token.clone());
    process
        .write(move |tx| {
            let (ann, token) = insert.clone();
            Box::pin(async move {
                tx.directory().insert_operator(&ann).await?;
                tx.directory().insert_operator_token(&token).await?;
                let again = tx.directory().insert_operator(&operator("ann@example.com")).await;
                assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
                tx.directory().insert_operator(&operator("aaa@example.com")).await
            })
        })
        .await;
    let read = process.read();
    let found = read.directory().operator_by_email("ann@example.com").await.unwrap();
    assert_eq!(found, Some(ann.clone()));
    let all = read.directory().operators().await.unwrap();
    assert_eq!(all.iter().map(|one| one.email_key.as_str()).collect::<Vec<_>>(), ["aaa@example.com", "ann@example.com"]);
    let by_hash = read.directory().operator_token_by_hash(&[7; 32]).await.unwrap();
    assert_eq!(by_hash, Some(token.clone()));

    let changed = domain::people::Operator {
        name: "安".to_owned(),
        roles: Vec::new(),
        password_hash: Some("$argon2id$".to_owned()),
        disabled_at: Some(moment(9)),
        ..ann
    };
    let update = changed.clone();
    process
        .write(move |tx| {
            let update = update.clone();
            Box::pin(async move {
                tx.directory().update_operator(&update).await?;
                tx.directory().revoke_operator_token(id(), token.id, moment(1)).await?;
                tx.directory().revoke_operator_token(update.id, token.id, moment(2)).await?;
                tx.directory().revoke_operator_token(update.id, token.id, moment(3)).await
            })
        })
        .await;
    let tokens = read.directory().operator_tokens(changed.id).await.unwrap();
    assert_eq!(tokens[0].revoked_at, Some(moment(2)), "the first revocation counts, by its owner");
    assert_eq!(read.directory().operator(changed.id).await.unwrap(), Some(changed));
}
