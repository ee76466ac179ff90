//! The server that the demo plays on, and a client of it.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use app::{
    keys::{NewKey, create_key},
    projects::{NewProject, create_project},
};
use cache::{Limiter, Quota};
use config::Config;
use domain::people::Permission;
use jobs::Schedule;
use kernel::{Clock, ExposeSecret, FakeClock};
use serde_json::Value;
use telemetry::{Health, Lifecycle, Readiness};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    background,
    installation::{Installation, open_journal},
    operations::checks,
    serve::{listen, routes},
};

/// The real server, on a free port, with the demo's clock.
pub(super) struct Stage {
    pub(super) api: Api,
    installation: Installation,
    life: Lifecycle,
    key: String,
}

/// A client of the public API.
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Stage {
    pub(super) async fn open(mut config: Config, clock: FakeClock, slug: &str) -> Result<Self> {
        // `serve` holds the installation's own journal.
        config.clicks.journal_dir = config.data_dir.join("clicks-demo");
        config.server.bind = SocketAddr::from(([127, 0, 0, 1], 0));
        let journal = open_journal(&config)?;
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let installation = Installation::open_at(config, Some(journal), clock).await?;
        let key = project(&installation, slug).await?;
        let life = Lifecycle::default();
        let stop = || {
            let life = life.clone();
            async move { life.cancelled().await }
        };
        let schedule = Schedule::new(Arc::clone(&installation.entropy));
        let gauges =
            background::start(&installation, &life, Duration::from_secs(5), schedule, stop).await?;
        life.spawn(
            "click drain",
            app::clicks::drain(installation.app.clone(), stop()),
        );
        let listener = TcpListener::bind(installation.config.server.bind).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let checks = checks(
            installation.app.store(),
            Arc::clone(&installation.clock),
            gauges,
            None,
        );
        let health = Health::new(Readiness::default(), checks);
        let plenty = Quota {
            limit: NonZeroU32::MAX,
            window: Duration::from_mins(1),
        };
        let limits = Arc::new(Limiter::new(&installation.clock, |_| plenty));
        let router = routes(&installation, limits, Arc::new(health), Instant::now());
        life.spawn(
            "listener",
            listen(listener, router, life.clone(), watch::channel(false).0),
        );
        let http = telemetry::client_builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let api = Api {
            http,
            base,
            key: key.clone(),
        };
        Ok(Self {
            api,
            installation,
            life,
            key,
        })
    }

    /// What time brings about: holds end, referrals and grants expire.
    pub(super) async fn end_of_day(&self) -> Result<()> {
        let (app, ctx) = (&self.installation.app, self.installation.ctx());
        app::rewards::release_due(app, &ctx).await?;
        app::rewards::expire_due(app, &ctx).await?;
        Ok(())
    }

    /// Waits for the followers, stops, and gives the key.
    pub(super) async fn close(self) -> Result<String> {
        let store = self.installation.app.store().clone();
        let head = store.read().log_head().await?;
        for _ in 0..600 {
            let cursors = store.read().cursors().await?;
            if cursors.iter().all(|(_, seq)| *seq >= head) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        drop(store);
        self.life.shutdown(Duration::from_secs(20)).await;
        self.installation.close().await;
        Ok(self.key)
    }
}

/// The demo's project, with a key to both.
async fn project(installation: &Installation, slug: &str) -> Result<String> {
    let (app, ctx) = (&installation.app, installation.ctx());
    let new = NewProject {
        slug: slug.to_owned(),
        name: "Demo".to_owned(),
    };
    let project = create_project(app, &ctx, new).await?;
    let new = NewKey {
        name: "demo".to_owned(),
        scopes: Permission::ALL.to_vec(),
        expires_at: None,
    };
    let key = create_key(app, &ctx, project.id, new).await?;
    let secret = key.secret.context("a new key shows its secret")?;
    Ok(secret.expose_secret().to_owned())
}

impl Api {
    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.send(reqwest::Method::POST, path, &body).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Result<Value> {
        self.send(reqwest::Method::PUT, path, &body).await
    }

    /// Opens a link as a browser and gives the click id that it leads on with.
    pub(super) async fn click(
        &self,
        code: &str,
        channel: &str,
        agent: &str,
    ) -> Result<Option<String>> {
        let url = format!("{}/i/{code}?ch={channel}", self.base);
        let answer = self
            .http
            .get(url)
            .header("user-agent", agent)
            .send()
            .await?;
        let location = answer
            .headers()
            .get("location")
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        Ok(location
            .split(['?', '&'])
            .find_map(|pair| pair.strip_prefix("click_id="))
            .map(str::to_owned))
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: &Value) -> Result<Value> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.key)
            .json(body);
        let answer = request.send().await?;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap_or_default();
        if !status.is_success() {
            bail!(
                "{path} answers {status}: {}",
                body["detail"].as_str().unwrap_or("no detail")
            );
        }
        Ok(body)
    }
}
