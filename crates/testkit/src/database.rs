//! A real database for one test.

use std::time::{SystemTime, UNIX_EPOCH};

use store::{Options, Store};
use tempfile::TempDir;
use url::Url;

/// A database that goes away with this value.
#[derive(Debug)]
pub struct Database {
    url: String,
    home: TempDir,
    server: Option<Url>,
}

impl Database {
    /// An empty SQLite file, or an empty database of the server in `TEST_DATABASE_URL`.
    ///
    /// # Panics
    /// When the server cannot be used: a test without its database proves nothing.
    pub async fn empty() -> Self {
        let home = tempfile::tempdir().expect("a folder for the test");
        #[expect(clippy::disallowed_methods, reason = "tests are configured by one variable")]
        let server = std::env::var("TEST_DATABASE_URL").ok();
        let Some(server) = server else {
            let url = format!("sqlite:{}", home.path().join("inviter.db").display());
            return Self { url, home, server: None };
        };
        let server = Url::parse(&server).expect("TEST_DATABASE_URL is a URL");
        let name = format!("inviter_test_{}", unique());
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        let mut own = server.clone();
        own.set_path(&name);
        Self { url: own.into(), home, server: Some(server) }
    }

    /// How to open it.
    pub fn options(&self) -> Options {
        Options::new(self.url.clone())
    }

    /// Whether it is a MySQL server's.
    pub const fn is_mysql(&self) -> bool {
        self.server.is_some()
    }

    /// A folder of the test's own.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(server) = self.server.take() else { return };
        let name = Url::parse(&self.url).map(|url| url.path().trim_start_matches('/').to_owned());
        let Ok(name) = name else { return };
        // The test's runtime may be shutting down: a thread with one of its own cleans up.
        let cleaner = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(execute(&server, &format!("DROP DATABASE IF EXISTS {name}")));
            }
        });
        drop(cleaner.join());
    }
}

async fn execute(server: &Url, statement: &str) {
    let (store, _writer) = Store::open(Options::new(server.as_str())).await.expect("the server of the tests");
    store.administer(statement).await.expect("the server of the tests lets databases be made");
}

/// A name that no other test of this machine has.
fn unique() -> String {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("{}_{nanos}", std::process::id())
}
