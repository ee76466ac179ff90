//! One command, one function.

mod backup;
mod books;
mod configuration;
mod doctor;
mod export;
mod group;
mod healthcheck;
mod import;
mod migrate;
mod migrate_store;
mod people;
mod restore;

pub(crate) use self::books::{Books, check_books};

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result};
use app::projects;
use config::{Config, LogFormat, LogLevel};
use domain::projects::Project;
use preempt_rt::sched::{self, Pid, PreemptRtError, Scheduler, SchedulerParams};
use telemetry::{Format, TraceSettings, Traces};
use tokio::runtime::{Builder, Runtime};

use crate::{
    agent,
    args::{Backup, BackupWork, Cli, Command, Globals, Mode},
    demo, guard,
    installation::Installation,
    reference, serve,
};

/// Runs what the command line asks for. Not every command that did its work has good news: the code tells.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { globals, command } = cli;
    match command.unwrap_or(Command::Serve) {
        Command::Reference { topic } => done(reference::print(topic)),
        Command::Config(command) => configuration::run(command, &globals),
        Command::Healthcheck(options) => healthcheck::run(&load(&globals)?, &options),
        Command::Doctor => doctor::run(&globals),
        Command::Serve => lasting(load(&globals)?, async |config| {
            serve::serve(config, &globals).await
        }),
        Command::Worker => lasting(load(&globals)?, serve::work),
        Command::Migrate { command } => {
            brief(&globals, async |config| migrate::run(config, command).await)
        }
        Command::MigrateStore(wanted) => migrate_store::run(&globals, &wanted),
        Command::Admin(command) => brief(&globals, async |config| {
            people::admin(config, command).await
        }),
        Command::Project(command) => brief(&globals, async |config| {
            people::project(config, command).await
        }),
        Command::Key(command) => brief(&globals, async |config| people::key(config, command).await),
        Command::Demo(wanted) => brief(&globals, async |config| demo::fill(config, &wanted).await),
        Command::Ledger(_) => brief(&globals, books::verify_ledger),
        Command::Audit(_) => brief(&globals, books::verify_audit),
        Command::Export(wanted) => {
            brief(&globals, async |config| export::run(config, wanted).await)
        }
        Command::Import(command) => {
            brief(&globals, async |config| import::run(config, command).await)
        }
        // Who makes keys may have none yet that the configuration names.
        Command::Backup(Backup {
            command: Some(BackupWork::Keygen),
            ..
        }) => backup::keygen(),
        Command::Backup(wanted) => brief(&globals, async |config| {
            Box::pin(backup::run(config, wanted)).await
        }),
        Command::BackupAgent => {
            let config = load(&globals)?;
            init_log(&config, config.log.level, &Traces::default())?;
            done(runtime(2)?.block_on(agent::run(config)))
        }
        Command::Restore(wanted) => restore::run(&globals, &wanted),
        Command::Mysql(wanted) => brief(&globals, async |config| {
            Box::pin(group::run(config, wanted)).await
        }),
        Command::MysqlGuard(wanted) => {
            let mut config = load(&globals)?;
            config.mysql_guard.member = wanted.member.or(config.mysql_guard.member);
            init_log(&config, config.log.level, &Traces::default())?;
            done(runtime(1)?.block_on(guard::run(config)))
        }
    }
}

fn done(outcome: Result<()>) -> Result<ExitCode> {
    outcome.map(|()| ExitCode::SUCCESS)
}

/// The configuration in effect.
pub(crate) fn load(globals: &Globals) -> Result<Config> {
    let overrides = config::overrides(globals.settings.iter().map(|(key, value)| (key, value)));
    Ok(config::load(globals.config.as_deref(), overrides)?)
}

/// Runs what goes on until a signal comes. It is traced, where somebody collects traces.
fn lasting(config: Config, command: impl AsyncFnOnce(Config) -> Result<()>) -> Result<ExitCode> {
    let turns = take_turns();
    let runtime = runtime(config.server.threads)?;
    let traces = match &config.traces.otlp_endpoint {
        Some(endpoint) => Traces::new(
            &TraceSettings {
                endpoint: endpoint.clone(),
                sample_percent: config.traces.sample_percent,
                version: env!("CARGO_PKG_VERSION"),
            },
            runtime.handle().clone(),
        )?,
        None => Traces::default(),
    };
    init_log(&config, config.log.level, &traces)?;
    if let Err(error) = turns {
        tracing::warn!(%error, "the system does not let threads take turns: expect less under load");
    }
    let outcome = runtime.block_on(command(config));
    traces.close();
    done(outcome)
}

/// Runs a command that ends by itself. It logs only what goes wrong.
fn brief(
    globals: &Globals,
    command: impl AsyncFnOnce(Config) -> Result<ExitCode>,
) -> Result<ExitCode> {
    let config = load(globals)?;
    briefly(config, command)
}

fn briefly(
    config: Config,
    command: impl AsyncFnOnce(Config) -> Result<ExitCode>,
) -> Result<ExitCode> {
    init_log(&config, LogLevel::Warn, &Traces::default())?;
    runtime(1)?.block_on(command(config))
}

fn init_log(config: &Config, level: LogLevel, traces: &Traces) -> Result<()> {
    let format = match config.log.format {
        LogFormat::Auto if std::io::stderr().is_terminal() => Format::Text,
        LogFormat::Text => Format::Text,
        LogFormat::Auto | LogFormat::Json => Format::Json,
    };
    telemetry::init(format, level.as_str(), traces)?;
    std::panic::set_hook(Box::new(|panic| {
        // `%panic` would break the line.
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(message, place, "panic");
    }));
    Ok(())
}

/// Lets every thread that this one makes finish what it does before another of them takes its core (`SCHED_BATCH`). They hand one
/// another pieces of work all the time, and whoever is handed one would break in at once: once for each row of a result.
fn take_turns() -> io::Result<()> {
    let params = SchedulerParams { priority: 0 };
    let set = sched::set_scheduler(Pid::current_thread(), Scheduler::SCHED_BATCH, params);
    set.map_err(|error| match error {
        PreemptRtError::Errno(number) => io::Error::from_raw_os_error(number),
        other => io::Error::other(other),
    })
}

/// `threads` of 0 is one for each core.
fn runtime(threads: usize) -> Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().thread_name("inviter");
    if threads > 0 {
        builder.worker_threads(threads);
    }
    builder.build().context("the runtime cannot be started")
}

/// One side of a project.
async fn tenant(installation: &Installation, slug: &str, mode: Mode) -> Result<Arc<Project>> {
    let found = projects::find_project(&installation.app, slug, mode.into()).await;
    found.with_context(|| format!("the project {slug} cannot be opened"))
}

/// Opens the installation for one piece of work, and closes it whatever comes of that.
async fn with_installation<T>(
    config: Config,
    work: impl AsyncFnOnce(&Installation) -> Result<T>,
) -> Result<T> {
    let installation = Installation::open(config, None).await?;
    let outcome = work(&installation).await;
    installation.close().await;
    outcome
}
