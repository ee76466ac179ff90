//! Projects, keys and operators.

use domain::{
    people::{Operator, OperatorToken, Permission},
    projects::Mode,
};
use kernel::PageRequest;
use store::StoreError;

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
                let again = tx
                    .directory()
                    .insert_project(&project("shop", Mode::Live))
                    .await;
                assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
                Ok(())
            })
        })
        .await;
    let read = process.read();
    assert_eq!(read.directory().projects().await.unwrap(), expected);
    let [live, test] = expected;
    assert_eq!(
        read.directory()
            .project_by_slug("shop", Mode::Test)
            .await
            .unwrap(),
        Some(test.clone())
    );
    assert_eq!(
        read.directory()
            .project_by_slug("Shop", Mode::Test)
            .await
            .unwrap(),
        None
    );

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
    assert_eq!(
        read.directory().project(changed.id).await.unwrap(),
        Some(changed)
    );
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
    assert_eq!(
        read.directory().key_by_hash(&[2; 32]).await.unwrap(),
        Some(keys[1].clone())
    );
    assert_eq!(read.directory().key_by_hash(&[9; 32]).await.unwrap(), None);
    let page = read
        .project(mine)
        .keys()
        .list(PageRequest::new(None, None))
        .await
        .unwrap();
    assert_eq!(page.items, [keys[1].clone(), keys[0].clone()]);
    assert_eq!(
        read.project(other).keys().find(keys[0].id).await.unwrap(),
        None
    );

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
                tx.project(other)
                    .keys()
                    .update(&domain::people::ApiKey {
                        name: "x".to_owned(),
                        ..update.clone()
                    })
                    .await?;
                tx.project(mine).keys().update(&update).await
            })
        })
        .await;
    assert_eq!(
        read.project(mine).keys().find(changed.id).await.unwrap(),
        Some(changed)
    );
}

fn token(operator: &Operator) -> OperatorToken {
    OperatorToken {
        id: id(),
        operator: operator.id,
        name: "laptop".to_owned(),
        hash: [7; 32],
        created_at: moment(1),
        expires_at: None,
        revoked_at: None,
    }
}

#[tokio::test]
async fn operators_are_found_by_email_and_changed() {
    let database = Database::new().await;
    let process = database.process().await;
    let ann = operator("ann@example.com");
    let insert = ann.clone();
    process
        .write(move |tx| {
            let ann = insert.clone();
            Box::pin(async move {
                let directory = tx.directory();
                directory.insert_operator(&ann).await?;
                let again = directory
                    .insert_operator(&operator("ann@example.com"))
                    .await;
                assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
                directory
                    .insert_operator(&operator("aaa@example.com"))
                    .await
            })
        })
        .await;
    let read = process.read();
    let found = read.directory().operator_by_email("ann@example.com").await;
    assert_eq!(found.unwrap(), Some(ann.clone()));
    let all = read.directory().operators().await.unwrap();
    let emails: Vec<_> = all.iter().map(|one| one.email_key.as_str()).collect();
    assert_eq!(emails, ["aaa@example.com", "ann@example.com"]);

    let changed = Operator {
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
            Box::pin(async move { tx.directory().update_operator(&update).await })
        })
        .await;
    let found = read.directory().operator(changed.id).await.unwrap();
    assert_eq!(found, Some(changed));
}

#[tokio::test]
async fn an_operators_token_is_revoked_once_and_by_its_owner() {
    let database = Database::new().await;
    let process = database.process().await;
    let ann = operator("ann@example.com");
    let token = token(&ann);
    let insert = token.clone();
    process
        .write(move |tx| {
            let token = insert.clone();
            Box::pin(async move { tx.directory().insert_operator_token(&token).await })
        })
        .await;
    let read = process.read();
    let found = read.directory().operator_token_by_hash(&[7; 32]).await;
    assert_eq!(found.unwrap(), Some(token.clone()));
    process
        .write(move |tx| {
            Box::pin(async move {
                for (operator, at) in [(id(), 1), (ann.id, 2), (ann.id, 3)] {
                    let directory = tx.directory();
                    directory
                        .revoke_operator_token(operator, token.id, moment(at))
                        .await?;
                }
                Ok(())
            })
        })
        .await;
    let tokens = read.directory().operator_tokens(ann.id).await.unwrap();
    assert_eq!(tokens[0].revoked_at, Some(moment(2)));
}
