//! A commit whose answer gets lost happens once, and whoever waits for it is told so.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use domain::members::Member;
use futures::future::BoxFuture;
use store::{StoreResult, WriteTx};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{
    database::{Database, Process},
    samples::{id, member},
};

/// What the proxy does when a commit comes through.
const PASS: u8 = 0;
const LOSE_THE_ANSWER: u8 = 1;
const LOSE_THE_COMMIT: u8 = 2;

/// Stands between a store and its server. Does its mischief once.
struct Proxy {
    port: u16,
    mischief: Arc<AtomicU8>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mischief = Arc::new(AtomicU8::new(PASS));
        let mut tasks = JoinSet::new();
        let does = Arc::clone(&mischief);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                connections.spawn(relay(client, server, Arc::clone(&does)));
            }
        });
        Self {
            port,
            mischief,
            _tasks: tasks,
        }
    }
}

async fn relay(mut client: TcpStream, mut server: TcpStream, mischief: Arc<AtomicU8>) {
    let (mut asked, mut answered) = ([0; 8192], [0; 8192]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let commits = asked[..length].ends_with(b"COMMIT");
                let does = if commits { mischief.swap(PASS, Ordering::SeqCst) } else { PASS };
                if does == LOSE_THE_COMMIT || server.write_all(&asked[..length]).await.is_err() {
                    return;
                }
                if does == LOSE_THE_ANSWER {
                    // The server has committed when it answers; nobody hears it.
                    drop(server.read(&mut answered).await);
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// A process behind a proxy; none on SQLite, whose answers cannot get lost.
async fn behind_a_proxy(database: &Database) -> Option<(Process, Proxy)> {
    let options = database.options();
    let rest = options.url.strip_prefix("mysql://")?;
    let (account, rest) = rest.split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::start(server.to_owned()).await;
    let port = proxy.port;
    // Without encryption, so that the proxy knows a commit when it sees one.
    let url = format!("mysql://{account}@127.0.0.1:{port}/{name}?ssl-mode=disabled");
    let process = database.process_with(store::Options { url, ..options });
    Some((process.await, proxy))
}

fn insert(
    member: Member,
) -> impl for<'a> Fn(&'a WriteTx) -> BoxFuture<'a, StoreResult<()>> + Send + Sync + 'static {
    move |tx| {
        let member = member.clone();
        Box::pin(async move {
            let members = tx.project(member.project).members();
            members.insert_all(&[member]).await
        })
    }
}

/// Through both lanes, one after the other.
async fn one_effect_in_spite_of(mischief: u8) {
    let database = Database::new().await;
    let Some((process, proxy)) = behind_a_proxy(&database).await else {
        return;
    };
    let project = id();
    for number in 0..6_u8 {
        let member = member(project, None);
        let new = member.id;
        // The first write of a lane makes its row.
        if number > 1 {
            proxy.mischief.store(mischief, Ordering::SeqCst);
        }
        let written = if number % 2 == 0 {
            process.attempt(insert(member)).await
        } else {
            process.store.beside().transact(insert(member)).await
        };
        written.unwrap();
        assert_eq!(proxy.mischief.load(Ordering::SeqCst), PASS, "it happened");
        let found = process.read().project(project).members().find(new).await;
        assert!(found.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_not_run_again() {
    // Run again, the insert would meet its own row and be refused.
    one_effect_in_spite_of(LOSE_THE_ANSWER).await;
}

#[tokio::test]
async fn a_commit_that_is_lost_on_its_way_is_run_again() {
    one_effect_in_spite_of(LOSE_THE_COMMIT).await;
}
