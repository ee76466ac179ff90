//! The whole server, for one test.

use std::{net::SocketAddr, num::NonZeroU32, sync::Arc, time::Duration};

use api::ApiState;
use app::{
    App, Parts, Settings,
    keys::{NewKey, create_key},
    operators::create_token,
    projects::{NewProject, create_project, find_project},
};
use axum::Router;
use cache::{Limiter, Quota, RateLimits};
use chrono::TimeDelta;
use domain::{
    people::{Permission, Role},
    projects::{Mode, Project},
};
use http_kit::{Edge, Observer, SecurityHeaders, TrustedProxies, standard};
use jobs::{FollowerLoop, Runner, RunnerOptions, Watcher};
use kernel::{Actor, Clock, Ctx, Entropy, ExposeSecret, FakeClock, SeededEntropy};
use notify::{MailSettings, MailTransport, mailer};
use store::{Journal, JournalOptions, Store, testing::Scratch};
use telemetry::{Lifecycle, Metrics, Registry, http_client};
use tokio::net::TcpListener;
use web::WebState;

use crate::Client;

mod people;

pub use people::PASSWORD;

/// The whole server on a database of its own.
#[derive(Debug)]
pub struct TestApp {
    /// The use cases behind the server.
    pub app: App,
    /// The clock of everything; it stands still until it is moved.
    pub clock: FakeClock,
    /// Where the server listens: `http://127.0.0.1:PORT`.
    pub base: String,
    life: Lifecycle,
    http: reqwest::Client,
    database: Scratch,
}

impl TestApp {
    /// Starts the server: routes, writer, followers, job runner, click drain.
    ///
    /// # Panics
    /// When anything of it does not start.
    pub async fn start() -> Self {
        let database = Scratch::new().await;
        let start =
            chrono::DateTime::from_timestamp(1_777_636_800, 0).expect("2026-05-01T12:00:00Z");
        let clock = FakeClock::new(start);
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let (store, writer) = Store::open(database.options())
            .await
            .expect("the database opens");
        let life = Lifecycle::default();
        life.spawn("writer", writer.run());
        store.migrate().await.expect("the schema is made");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("the port taken"));
        let app = App::new(parts(&database, store, &base, &shared, &entropy));
        let this = Self {
            app,
            clock,
            base,
            life,
            http: plain_client(),
            database,
        };
        this.work(&shared, &entropy).await;
        let router = this.routes(&shared, &entropy);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        this.life.spawn("listener", async move {
            drop(axum::serve(listener, service).await);
        });
        this
    }

    async fn work(&self, clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) {
        let store = self.app.store();
        for follower in app::followers::all(&self.app) {
            let follower = FollowerLoop::new(store, follower, Arc::clone(clock));
            self.life
                .spawn("follower", follower.run(std::future::pending()));
        }
        let watcher = Watcher::start(store.clone(), app::followers::watch(&self.app)).await;
        self.life.spawn(
            "watcher",
            watcher
                .expect("the log is read")
                .run(std::future::pending()),
        );
        let handlers = app::handlers::all(&self.app);
        let options = RunnerOptions {
            poll: Duration::from_millis(50),
            ..RunnerOptions::new("test")
        };
        let runner = Runner::new(
            store,
            handlers,
            Arc::clone(clock),
            Arc::clone(entropy),
            options,
        );
        self.life
            .spawn("runner", runner.run(std::future::pending()));
        self.life.spawn(
            "drain",
            app::clicks::drain(self.app.clone(), std::future::pending()),
        );
    }

    fn routes(&self, clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> Router {
        let plenty = Quota {
            limit: NonZeroU32::MAX,
            window: Duration::from_mins(1),
        };
        let limiter: Arc<dyn RateLimits> = Arc::new(Limiter::new(clock, |_| plenty));
        let edge = Edge {
            entropy: Arc::clone(entropy),
            observer: Observer::new(|_| ()),
            security: SecurityHeaders { https: false },
            request_timeout: Duration::from_secs(30),
            body_limit: 1024 * 1024,
            batch_body_limit: 8 * 1024 * 1024,
        };
        let proxies = TrustedProxies::default();
        let pages = WebState {
            app: self.app.clone(),
            limits: Arc::clone(&limiter),
            proxies: proxies.clone(),
        };
        let state = ApiState {
            app: self.app.clone(),
            limiter,
            proxies,
            edge: edge.clone(),
        };
        standard(web::pages(pages.clone()), &edge)
            .merge(api::router(state))
            .merge(web::links(pages))
    }

    /// Moves the clock.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// The circumstances of the test itself, which may do anything.
    pub fn ctx(&self) -> Ctx {
        self.app.ctx(Actor::Cli, "test")
    }

    /// Whether the database is a MySQL server's.
    pub const fn is_mysql(&self) -> bool {
        self.database.is_mysql()
    }

    /// A client without credentials.
    pub fn anonymous(&self) -> Client {
        Client::new(self.http.clone(), self.base.clone())
    }

    /// A new project; its live tenant.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn project(&self, slug: &str) -> Project {
        let new = NewProject {
            slug: slug.to_owned(),
            name: slug.to_owned(),
        };
        create_project(&self.app, &self.ctx(), new)
            .await
            .expect("a project is made")
    }

    /// The test tenant of a project.
    ///
    /// # Panics
    /// When there is none.
    pub async fn rehearsal(&self, slug: &str) -> Project {
        find_project(&self.app, slug, Mode::Test)
            .await
            .expect("a project has a test tenant")
            .as_ref()
            .clone()
    }

    /// A client with a new API key of the project.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn key(&self, project: &Project, scopes: &[Permission]) -> Client {
        let new = NewKey {
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            expires_at: None,
        };
        let made = create_key(&self.app, &self.ctx(), project.id, new)
            .await
            .expect("a key is made");
        let secret = made.secret.expect("a new key shows its secret");
        self.anonymous().with(
            "authorization",
            format!("Bearer {}", secret.expose_secret()),
        )
    }

    /// A client with a key that may do everything in the project.
    pub async fn full_key(&self, project: &Project) -> Client {
        self.key(project, Permission::ALL).await
    }

    /// A client of an operator with one role, in one project or all.
    ///
    /// # Panics
    /// When the operator cannot be made.
    pub async fn operator(&self, role: Role, project: Option<&Project>) -> Client {
        let operator = self.person(role, project).await;
        let token =
            create_token(&self.app, &self.ctx(), operator.id, "test".to_owned(), None).await;
        let secret = token
            .expect("a token is made")
            .secret
            .expect("a new token shows its secret");
        let client = self.anonymous().with(
            "authorization",
            format!("Bearer {}", secret.expose_secret()),
        );
        match project {
            Some(project) => client.with("inviter-project", project.slug.clone()),
            None => client,
        }
    }

    /// Waits until every follower has come to the head of the log.
    ///
    /// # Panics
    /// After ten seconds.
    pub async fn settled(&self) {
        for _ in 0..200 {
            let reader = self.app.store().read();
            let head = reader.log_head().await.expect("the log is read");
            let cursors = reader.cursors().await.expect("the cursors are read");
            let waiting = reader.queue_figures().await.expect("the queue is read");
            let caught_up = app::followers::all(&self.app).iter().all(|follower| {
                cursors
                    .iter()
                    .any(|(name, seq)| name == follower.name() && *seq >= head)
                    || head == 0
            });
            if caught_up && waiting.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("followers or jobs do not come to rest");
    }

    /// Fails the test unless the ledger agrees with itself.
    ///
    /// # Panics
    /// With the differences.
    pub async fn assert_ledger_clean(&self) {
        let report = self
            .app
            .store()
            .read()
            .verify_ledger(|_| ())
            .await
            .expect("the ledger is read");
        assert!(report.is_sound(), "{report:#?}");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.life.stop();
    }
}

fn parts(
    database: &Scratch,
    store: Store,
    base: &str,
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> Parts {
    let mail = MailSettings {
        from: "inviter@inviter.example".to_owned(),
        reply_to: None,
        transport: MailTransport::File(database.home().join("mail")),
    };
    let journal = JournalOptions {
        segment_bytes: 1024 * 1024,
        ..JournalOptions::default()
    };
    let journal =
        Journal::open(database.home().join("clicks"), journal).expect("the journal opens");
    Parts {
        store,
        journal: Some(Arc::new(journal)),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        mail: mailer(mail, Arc::clone(clock)).expect("mail goes into files"),
        http: http_client(Duration::from_secs(2), true).expect("an HTTP client"),
        shared: None,
        metrics: Arc::new(Metrics::new(Registry::default(), "test")),
        settings: Settings {
            public_url: base.parse().expect("the base is a URL"),
            secret: Arc::from([7_u8; 32].as_slice()),
            privacy: false,
            webhook_attempts: 3,
        },
    }
}

fn plain_client() -> reqwest::Client {
    telemetry::client_builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("an HTTP client")
}
