//! A MySQL server of our own, in which a backup is brought to life and which then goes away.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use config::{Backend, Config, Topology};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use super::client::{Client, bare, ended, started};
use crate::backup::mysql::Target;

/// The database in it.
const DATABASE: &str = "inviter_verify";
const PATIENCE: Duration = Duration::from_mins(2);

/// The server; it dies with this.
pub(crate) struct Scratch {
    home: TempDir,
    process: Child,
}

impl Scratch {
    /// Starts it in a new folder in `place`, with an empty database.
    pub(crate) async fn start(place: &Path) -> Result<Self> {
        let home = tempfile::Builder::new()
            .prefix(".scratch-")
            .tempdir_in(place)?;
        let log = || {
            anyhow::Ok(Stdio::from(
                File::options()
                    .create(true)
                    .append(true)
                    .open(home.path().join("log"))?,
            ))
        };
        let mut command = server(home.path());
        command.arg("--initialize-insecure").stderr(log()?);
        let made = ended("mysqld", started(&mut command)?).await;
        made.with_context(|| told(home.path()))?;
        // Nothing in it has to outlive a crash, and nobody but this process gets in.
        let mut command = server(home.path());
        command
            .args([
                "--skip-networking",
                "--skip-log-bin",
                "--mysqlx=OFF",
                "--performance-schema=OFF",
            ])
            .args([
                "--innodb-buffer-pool-size=128M",
                "--innodb-flush-log-at-trx-commit=0",
            ])
            .args(["--innodb-doublewrite=OFF", "--pid-file=pid"])
            .arg(format!("--socket={}", socket(home.path()).display()))
            .stderr(log()?);
        let process = started(&mut command)?;
        let mut scratch = Self { home, process };
        scratch.answer().await?;
        Ok(scratch)
    }

    /// The configuration for whoever works with its database.
    pub(crate) fn config(&self, config: &Config) -> Config {
        let mut config = config.clone();
        let socket = socket(self.home.path());
        let url = format!(
            "mysql://root@localhost/{DATABASE}?socket={}",
            socket.display()
        );
        config.database.backend = Backend::MySql { url: url.into() };
        config.database.members = Vec::new();
        config.database.topology = Topology::Static;
        self.home.path().clone_into(&mut config.data_dir);
        config
    }

    async fn answer(&mut self) -> Result<()> {
        let url = format!(
            "mysql://root@localhost/?socket={}",
            socket(self.home.path()).display()
        );
        let client = Client::new(&Target::parse(&url)?)?;
        let until = Instant::now() + PATIENCE;
        loop {
            let mut command = client.command("mysql");
            command.args(["-e", &super::load::create(DATABASE)]);
            let Err(error) = ended("mysql", started(&mut command)?).await else {
                return Ok(());
            };
            let died = self.process.try_wait()?;
            if died.is_some() || Instant::now() > until {
                bail!(
                    "the scratch server does not answer ({error:#}). {}",
                    told(self.home.path())
                );
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}

fn server(home: &Path) -> Command {
    let mut command = bare("mysqld");
    command
        .args([
            "--no-defaults",
            "--secure-file-priv=NULL",
            "--log-error-verbosity=1",
        ])
        .arg(format!("--datadir={}", home.join("data").display()));
    // It refuses to run as root unless it is told to.
    if rustix::process::getuid().is_root() {
        command.arg("--user=root");
    }
    command
}

fn socket(home: &Path) -> PathBuf {
    home.join("sock")
}

/// The end of its log.
fn told(home: &Path) -> String {
    let log = std::fs::read_to_string(home.join("log")).unwrap_or_default();
    let last: Vec<_> = log.lines().rev().take(3).collect();
    format!("the scratch server says: {}", last.join("; "))
}
