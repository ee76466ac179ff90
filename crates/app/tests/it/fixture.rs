//! An installation on a database of its own: SQLite, or MySQL where `TEST_DATABASE_URL` names a server.

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use domain::{
    audit::AuditEntry,
    codes::Code,
    members::Member,
    programs::{Program, ProgramKind, ProgramSettings},
    projects::{Mode, Project},
    referrals::{Event, EventType},
};
use inviter_app::{
    App, AppError, AppResult, Parts, Settings,
    audit::{AuditFilter, list_audit},
    codes::{NewCode, create_code},
    events::{Ingested, ingest_event},
    members::{Balance, NewMember, member_overview, upsert_member},
    programs::{NewProgram, activate_program, create_program},
    projects::{NewProject, create_project, find_project},
};
use kernel::{
    Actor, Clock, Ctx, Entropy, FakeClock, IdempotencyKey, PageRequest, ProblemCode, ProjectId,
    SeededEntropy,
};
use notify::{MailSettings, MailTransport, mailer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Journal, JournalOptions, Store, testing::Scratch};
use telemetry::{Metrics, Registry, http_client};
use tokio::task::JoinSet;

/// An installation with one project, in which one program is active.
pub(crate) struct Fixture {
    pub(crate) app: App,
    pub(crate) clock: FakeClock,
    /// The live tenant.
    pub(crate) project: Project,
    pub(crate) program: Program,
    pub(crate) database: Scratch,
    _writer: JoinSet<()>,
}

impl Fixture {
    /// With settings that say nothing.
    pub(crate) async fn new() -> Self {
        Self::with(json!({})).await
    }

    /// With these settings of the program.
    pub(crate) async fn with(program: Value) -> Self {
        let database = Scratch::new().await;
        let clock = FakeClock::new(DateTime::from_timestamp(1_777_636_800, 0).unwrap());
        let (store, writer) = Store::open(database.options()).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(writer.run());
        store.migrate().await.unwrap();
        let app = App::new(parts(&database, store, &clock, "clicks"));
        let ctx = app.ctx(Actor::Cli, "test");
        let project = make_project(&app, &ctx, "acme").await;
        let program = make_program(&app, &ctx, project.id, "friends", program).await;
        Self {
            app,
            clock,
            project,
            program,
            database,
            _writer: tasks,
        }
    }

    /// The same installation in another process, which runs as long as its tasks are held.
    pub(crate) async fn beside(&self) -> (App, JoinSet<()>) {
        let (store, writer) = Store::open(self.database.options()).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(writer.run());
        let parts = parts(&self.database, store, &self.clock, "beside");
        (App::new(parts), tasks)
    }

    /// The circumstances of somebody.
    pub(crate) fn as_actor(&self, actor: Actor) -> Ctx {
        self.app.ctx(actor, "test")
    }

    /// The circumstances of the command line, which may do anything.
    pub(crate) fn cli(&self) -> Ctx {
        self.as_actor(Actor::Cli)
    }

    /// The same with an idempotency key.
    pub(crate) fn keyed(&self, key: &str, body: &str) -> Ctx {
        let fingerprint = Sha256::digest(body.as_bytes()).into();
        Ctx {
            idempotency: Some(IdempotencyKey {
                key: key.to_owned(),
                fingerprint,
            }),
            ..self.cli()
        }
    }

    /// The id of the live tenant.
    pub(crate) fn id(&self) -> ProjectId {
        self.project.id
    }

    /// Another project; its live tenant.
    pub(crate) async fn project(&self, slug: &str) -> Project {
        make_project(&self.app, &self.cli(), slug).await
    }

    /// The test tenant of the first project.
    pub(crate) async fn rehearsal(&self) -> Project {
        find_project(&self.app, "acme", Mode::Test)
            .await
            .unwrap()
            .as_ref()
            .clone()
    }

    /// Another active program.
    pub(crate) async fn program(&self, slug: &str, settings: Value) -> Program {
        make_program(&self.app, &self.cli(), self.id(), slug, settings).await
    }

    /// The member with this external id.
    pub(crate) async fn member(&self, external_id: &str) -> Member {
        let new = NewMember {
            external_id: Some(external_id.to_owned()),
            ..NewMember::default()
        };
        upsert_member(&self.app, &self.cli(), self.id(), new)
            .await
            .unwrap()
    }

    /// A random code of a member in the first program.
    pub(crate) async fn code(&self, owner: &Member) -> Code {
        let new = NewCode {
            owner: Some(owner.id),
            ..self.new_code()
        };
        create_code(&self.app, &self.cli(), self.id(), new)
            .await
            .unwrap()
    }

    /// A code of the first program itself, to be made.
    pub(crate) fn new_code(&self) -> NewCode {
        NewCode {
            program: self.program.id,
            owner: None,
            text: None,
            single_use: false,
            max_uses: None,
            expires_at: None,
        }
    }

    /// Somebody signs up with a code.
    pub(crate) async fn signup(&self, code: &Code, external_id: &str) -> AppResult<Ingested> {
        let event = Event {
            code: Some(code.text.clone()),
            strict: true,
            ..event(EventType::Signup, external_id)
        };
        self.tell(event).await
    }

    /// Something happens to somebody.
    pub(crate) async fn event(&self, kind: &str, external_id: &str) -> AppResult<Ingested> {
        self.tell(event(EventType::from(kind.to_owned()), external_id))
            .await
    }

    /// The host application tells of an event.
    pub(crate) async fn tell(&self, event: Event) -> AppResult<Ingested> {
        ingest_event(&self.app, &self.cli(), self.id(), event).await
    }

    /// What a member has.
    pub(crate) async fn balances(&self, member: &Member) -> Vec<Balance> {
        member_overview(&self.app, &self.cli(), self.id(), member.id)
            .await
            .unwrap()
            .balances
    }
}

/// The newest entries of the audit trail of a project, or of the installation.
pub(crate) async fn newest_audit(
    f: &Fixture,
    ctx: &Ctx,
    project: Option<ProjectId>,
) -> AppResult<Vec<AuditEntry>> {
    let page = PageRequest::new(None, Some(PageRequest::MAX));
    let entries = list_audit(&f.app, ctx, project, AuditFilter::default(), page).await?;
    Ok(entries.items)
}

/// An event with nothing but its type and whom it is about.
pub(crate) fn event(kind: EventType, external_id: &str) -> Event {
    Event {
        key: None,
        kind,
        occurred_at: None,
        program: None,
        external_id: Some(external_id.to_owned()),
        email: None,
        name: None,
        locale: None,
        code: None,
        clicks: Vec::new(),
        address: None,
        device: None,
        amount: None,
        unit: None,
        order: None,
        properties: serde_json::Map::new(),
        strict: false,
    }
}

/// Settings of a program: what is given, and a name.
pub(crate) fn settings(mut given: Value) -> ProgramSettings {
    given["name"] = json!("Friends");
    serde_json::from_value(given).unwrap()
}

/// What somebody was told who asked for too much.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: AppResult<T>) -> ProblemCode {
    answer.expect_err("this has to be refused").problem().code
}

/// The fields that are said to be wrong.
pub(crate) fn wrong_fields<T: std::fmt::Debug>(answer: AppResult<T>) -> Vec<String> {
    match answer {
        Err(AppError::Problem(problem)) => problem
            .fields
            .into_iter()
            .map(|error| error.field)
            .collect(),
        other => panic!("this has to be refused: {other:?}"),
    }
}

async fn make_project(app: &App, ctx: &Ctx, slug: &str) -> Project {
    let new = NewProject {
        slug: slug.to_owned(),
        name: slug.to_owned(),
    };
    create_project(app, ctx, new).await.unwrap()
}

async fn make_program(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    slug: &str,
    given: Value,
) -> Program {
    let new = NewProgram {
        slug: slug.to_owned(),
        kind: ProgramKind::Referral,
        settings: settings(given),
    };
    let program = create_program(app, ctx, project, new).await.unwrap();
    activate_program(app, ctx, project, program.id)
        .await
        .unwrap()
}

fn parts(database: &Scratch, store: Store, clock: &FakeClock, clicks: &str) -> Parts {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
    let mail = MailSettings {
        from: "inviter@inviter.example".to_owned(),
        reply_to: None,
        transport: MailTransport::File(database.home().join("mail")),
    };
    let journal = JournalOptions {
        segment_bytes: 1024 * 1024,
        ..JournalOptions::default()
    };
    Parts {
        store,
        journal: Some(Arc::new(
            Journal::open(database.home().join(clicks), journal).unwrap(),
        )),
        clock: Arc::clone(&clock),
        entropy,
        mail: mailer(mail, clock).unwrap(),
        http: http_client(Duration::from_secs(2), true).unwrap(),
        shared: None,
        metrics: Arc::new(Metrics::new(Registry::default(), "test")),
        settings: Settings {
            public_url: "https://invite.example/".parse().unwrap(),
            secret: Arc::from([7_u8; 32].as_slice()),
            privacy: false,
            webhook_attempts: 3,
        },
    }
}
