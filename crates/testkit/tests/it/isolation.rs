//! Nothing of one project is visible or within reach from another, on any endpoint.

mod tenant;

use std::collections::BTreeMap;

use domain::people::Role;
use inviter_testkit::{Client, Reply, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use tenant::{Tenant, sink};

use crate::{
    members::member,
    operations::{Operation, Things},
};

/// All that a project shows on any endpoint, by operation.
async fn picture(everywhere: &Client, tenant: &Tenant) -> BTreeMap<String, String> {
    let client = everywhere
        .clone()
        .with("inviter-project", tenant.project.slug.clone());
    let mut picture = BTreeMap::new();
    for operation in Operation::all() {
        // The list of projects shows the other one too, which may change itself.
        if operation.method != Method::GET || operation.id == "list_projects" {
            continue;
        }
        let request = operation.request(&tenant.things, false);
        let reply = operation.ask(&client, &request).await;
        let shown = match reply.status {
            200 => reply.text,
            status => status.to_string(),
        };
        picture.insert(operation.id, shown);
    }
    picture
}

/// Requests with things of theirs: all of them, and each one among things of ours.
fn requests(operation: &Operation, ours: &Things, theirs: &Things) -> Vec<(String, Option<Value>)> {
    let own = operation.request(ours, true);
    let swapped = theirs.iter().map(|(name, thing)| {
        let mut things = ours.clone();
        things.insert(name, thing.clone());
        operation.request(&things, true)
    });
    let mut requests: Vec<_> = swapped.filter(|request| *request != own).collect();
    requests.push(operation.request(theirs, true));
    requests.push(operation.request(theirs, false));
    requests
}

/// Whether an answer shows something of theirs, or tells that it did something to it.
fn betrays(theirs: &Tenant, path: &str, reply: &Reply) -> bool {
    let target = path.split('?').next().unwrap_or_default();
    let named = theirs.names().iter().any(|name| target.contains(*name));
    let done = (200..300).contains(&reply.status) && reply.json["items"] != json!([]);
    // A problem may say what was asked for, but no more than that.
    let shown = theirs
        .marks()
        .iter()
        .any(|mark| reply.text.contains(*mark) && (done || !path.contains(*mark)));
    shown || (named && done) || reply.status >= 500
}

/// The operations that betray something of theirs to somebody, with what they were asked and what they said.
async fn leaks(client: &Client, ours: &Things, theirs: &Tenant) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for operation in Operation::all() {
        for request in requests(&operation, ours, &theirs.things) {
            let reply = operation.ask(client, &request).await;
            if betrays(theirs, &request.0, &reply) {
                let told = format!("{request:?}: {}", reply.text);
                found.insert(operation.id.clone(), told);
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_another_project_is_shown_or_changed() {
    let server = TestApp::start().await;
    let (hook, _open) = sink().await;
    let everywhere = server.operator(Role::Owner, None).await;
    let ours = Tenant::new(&server, "ours", &hook, &everywhere).await;
    let theirs = Tenant::new(&server, "theirs", &hook, &everywhere).await;
    let rehearsal = server.rehearsal("theirs").await;
    server.settled().await;
    let before = picture(&everywhere, &theirs).await;
    let callers = [
        ("a key", server.full_key(&ours.project).await),
        ("an owner", ours.owner.clone()),
        ("a member", member(&server, &ours.project, "ours-anna")),
        ("a key for tests", server.full_key(&rehearsal).await),
    ];
    for (who, client) in &callers {
        let leaks = leaks(client, &ours.things, &theirs).await;
        assert!(leaks.is_empty(), "{who}: {leaks:#?}");
    }
    server.settled().await;
    let after = picture(&everywhere, &theirs).await;
    for (operation, before) in &before {
        assert_eq!(*before, after[operation], "{operation} shows a change");
    }
    // The same requests of theirs show a lot: they fail for the others because these are others.
    let key = server.full_key(&theirs.project).await;
    let own = leaks(&key, &ours.things, &theirs).await;
    assert!(own.len() >= 50, "only {:?}", own.keys());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_projects_name_in_the_header_opens_nothing() {
    let server = TestApp::start().await;
    let (hook, _open) = sink().await;
    let everywhere = server.operator(Role::Owner, None).await;
    let ours = Tenant::new(&server, "ours", &hook, &everywhere).await;
    let theirs = Tenant::new(&server, "theirs", &hook, &everywhere).await;
    server.settled().await;
    let before = picture(&everywhere, &theirs).await;
    let owner = ours.owner.clone().with("inviter-project", "theirs");
    let anna = member(&server, &ours.project, "ours-anna").with("inviter-project", "theirs");
    for operation in Operation::all() {
        let request = operation.request(&theirs.things, false);
        let reply = operation.ask(&owner, &request).await;
        // These two are about nobody's project, and about all that the operator may see.
        let free = ["list_permissions", "list_projects"].contains(&operation.id.as_str());
        let expected: &[u16] = if free { &[200] } else { &[403, 404] };
        assert!(
            expected.contains(&reply.status) && !betrays(&theirs, &request.0, &reply),
            "{}: {}",
            operation.id,
            reply.text
        );
        let reply = operation.ask(&anna, &request).await;
        assert_eq!(reply.status, 401, "{}: {}", operation.id, reply.text);
    }
    assert_eq!(before, picture(&everywhere, &theirs).await);
}
