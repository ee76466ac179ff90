//! The command line.

mod data;
mod group;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::people::{Permission, Role};

pub(crate) use self::{
    data::{Backup, BackupWork, Export, Import, MigrateStore, Restore, Table},
    group::{Group, Guard, Recover},
};

/// The invitation and referral platform that you run yourself
///
/// Without a command it serves, on SQLite in ./data.
#[derive(Debug, Parser)]
#[command(name = "inviter", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Globals {
    /// Read settings from this file
    #[arg(long, global = true, value_name = "FILE", env = "INVITER_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Set one setting, such as server.bind=0.0.0.0:3000; may be repeated
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = setting)]
    pub(crate) settings: Vec<(String, String)>,
}

impl Globals {
    /// The same with another database.
    pub(crate) fn on(&self, key: &str, database: &str) -> Self {
        let mut settings = self.settings.clone();
        for unset in ["database.url", "database.url_file", "database.members"] {
            settings.push((unset.to_owned(), String::new()));
        }
        settings.push((key.to_owned(), database.to_owned()));
        Self {
            config: self.config.clone(),
            settings,
        }
    }

    /// The same with everything in one data directory, whatever else is set.
    pub(crate) fn all_in(&self, data_dir: &Path) -> Self {
        let mut settings = self.settings.clone();
        let dir = data_dir.display().to_string();
        settings.push(("data_dir".to_owned(), dir));
        for elsewhere in ["database.url", "database.url_file", "clicks.journal_dir"] {
            settings.push((elsewhere.to_owned(), String::new()));
        }
        Self {
            config: self.config.clone(),
            settings,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve requests and do the work in the background (the default)
    Serve,
    /// Do only the work in the background: jobs and followers
    Worker,
    /// Bring the schema of the database up to date
    Migrate {
        #[command(subcommand)]
        command: Option<Migrate>,
    },
    /// Copy everything into another database, SQLite or MySQL, and compare both; goes on where it was broken off
    MigrateStore(MigrateStore),
    /// Check, show or generate the configuration
    #[command(subcommand)]
    Config(Config),
    /// Check the installation: one line for each finding, with the remedy
    Doctor,
    /// Let people in who operate this installation
    #[command(subcommand)]
    Admin(Admin),
    /// Make projects
    #[command(subcommand)]
    Project(Project),
    /// Make API keys
    #[command(subcommand)]
    Key(Key),
    /// Fill a project of its own with months of believable activity
    Demo(Demo),
    /// Check the books
    #[command(subcommand)]
    Ledger(Ledger),
    /// Check the audit trail
    #[command(subcommand)]
    Audit(Audit),
    /// Write a list of a project as CSV
    Export(Export),
    /// Bring codes or members into a project from CSV
    #[command(subcommand)]
    Import(Import),
    /// Copy the installation to a new backup while it runs: on SQLite database, click journal and secret, on MySQL the database
    Backup(Backup),
    /// Make backups every day, try each out, and archive every change in between
    BackupAgent,
    /// Bring a backup back to life, up to any moment since; nothing that is there is deleted
    Restore(Restore),
    /// Ask the running server whether it is ready: exits with 0 if it is, with 1 if not
    Healthcheck(Healthcheck),
    /// Look at a MySQL group, and change what only a human should
    #[command(subcommand)]
    Mysql(Group),
    /// Look after one member of a MySQL group: keep it read-only, join it to the group, begin the group when nobody is in it
    MysqlGuard(Guard),
    /// Print a generated page of the book
    #[command(hide = true)]
    Reference {
        /// Which page
        topic: Topic,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Migrate {
    /// List every migration and whether the database has it
    Status,
    /// List the migrations that `migrate` would apply
    Plan,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Config {
    /// Say everything that is wrong, at once; ask the database and Redis whether they let Inviter in
    Check {
        /// Look at the values alone, and ask nobody
        #[arg(long)]
        offline: bool,
    },
    /// Print the settings in effect, without secrets
    Show,
    /// Print a complete commented file to start from
    Generate,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Add an operator and print, once, an access token and a link to choose a password
    Create {
        /// E-mail, by which the operator is known
        #[arg(long)]
        email: String,
        /// Name for people
        #[arg(long)]
        name: String,
        /// What the operator may do
        #[arg(long, default_value = "owner", value_parser = role)]
        role: Role,
        /// Only in the project with this slug; otherwise everywhere
        #[arg(long, value_name = "SLUG")]
        project: Option<String>,
    },
    /// Revoke an operator's access tokens, end their sessions, enable the account, and print, once, a new token and a link to choose a password
    Reset {
        /// E-mail of the operator
        #[arg(long)]
        email: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Project {
    /// Make a project, with its live and its test data
    Create {
        /// Short name in URLs: lower-case letters, digits, dashes
        #[arg(long)]
        slug: String,
        /// Name for people; the slug where none is given
        #[arg(long)]
        name: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make an API key and print it, once
    Create {
        /// Slug of the project
        #[arg(long, value_name = "SLUG")]
        project: String,
        /// Live or test data
        #[arg(long, default_value = "test")]
        mode: Mode,
        /// Name for people
        #[arg(long)]
        name: String,
        /// What the key may do, such as events:write; may be repeated, or separated by commas; `all` for everything that a key can do
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',', value_parser = scope)]
        scopes: Vec<Scope>,
        /// The key stops working after this many days
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        expires_in_days: Option<u16>,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Ledger {
    /// Recompute every balance; exits with 1 on any difference
    Verify,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Audit {
    /// Recompute the chain of hashes; exits with 1 where it breaks
    Verify,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The project, which is made
    #[arg(long, default_value = "demo")]
    pub(crate) slug: String,
    /// How many days, up to today
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u16).range(7..=730))]
    pub(crate) days: u16,
    /// The same seed gives the same season
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Healthcheck {
    /// Which process of this configuration is asked
    #[arg(long, value_enum, default_value_t = Process::Serve)]
    pub(crate) of: Process,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = seconds)]
    pub(crate) timeout: Duration,
}

/// What runs for long and can be asked how it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Process {
    /// The server: whether it can serve
    Serve,
    /// The guard of a MySQL member: whether it looks at its members
    MysqlGuard,
    /// The backup agent: whether it does its work
    BackupAgent,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Topic {
    Openapi,
    Config,
    Cli,
    Metrics,
    Permissions,
    Problems,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    Live,
    Test,
}

/// One permission, or all.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    All,
    One(Permission),
}

impl Scope {
    pub(crate) fn permissions(self) -> Vec<Permission> {
        match self {
            Self::All => Permission::ALL.to_vec(),
            Self::One(permission) => vec![permission],
        }
    }
}

impl From<Mode> for domain::projects::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Live => Self::Live,
            Mode::Test => Self::Test,
        }
    }
}

/// Reads the command line of this process.
pub(crate) fn parse() -> Cli {
    Cli::parse_from(hoisted(std::env::args_os()))
}

/// Brings every `--set` to the front: of an option that is given on both sides of a command, clap would keep only one
/// side.
fn hoisted(mut words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut front: Vec<OsString> = words.next().into_iter().collect();
    let mut rest = Vec::new();
    while let Some(word) = words.next() {
        if word == "--" {
            rest.push(word);
            rest.extend(words);
            break;
        }
        match word.to_str() {
            Some("--set") => front.extend([word].into_iter().chain(words.next())),
            Some(text) if text.starts_with("--set=") => front.push(word),
            _ => rest.push(word),
        }
    }
    front.extend(rest);
    front
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write it as KEY=VALUE, such as server.bind=0.0.0.0:3000".to_owned()),
    }
}

fn scope(text: &str) -> Result<Scope, String> {
    if text == "all" {
        return Ok(Scope::All);
    }
    text.parse().map(Scope::One).map_err(|_| {
        let known: Vec<_> = Permission::ALL.iter().map(|known| known.slug()).collect();
        format!("there is no such scope; known: all, {}", known.join(", "))
    })
}

fn role(text: &str) -> Result<Role, String> {
    let name = |role: Role| format!("{role:?}").to_lowercase();
    Role::ALL
        .into_iter()
        .find(|role| name(*role) == text)
        .ok_or_else(|| {
            let known: Vec<_> = Role::ALL.into_iter().map(name).collect();
            format!("there is no such role; known: {}", known.join(", "))
        })
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>().map(Duration::try_from_secs_f64) {
        Ok(Ok(duration)) if !duration.is_zero() => Ok(duration),
        _ => Err("is not a number of seconds above 0".to_owned()),
    }
}
