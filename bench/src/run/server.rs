//! The server that is measured, on the first core.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::process;

/// An installation of the product, running or not.
#[derive(Debug)]
pub(crate) struct Installation {
    binary: PathBuf,
    settings: Vec<String>,
    folder: PathBuf,
    port: u16,
}

/// A program that is killed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// Where it listens.
    pub(crate) url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Running {
    /// Its process: `taskset` has become the program itself.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as an operator would, and waits for it.
    pub(crate) fn stop(mut self) -> Result<()> {
        let status = Command::new("kill")
            .arg("-TERM")
            .arg(self.pid().to_string())
            .status()?;
        ensure!(status.success(), "the server cannot be signalled");
        self.child.wait()?;
        Ok(())
    }

    /// Waits until what follows a load is done with: followers, the journal. Tells how long that took.
    pub(crate) async fn settle(&self) -> Result<Duration> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(30) {
            let before = process::cpu(self.pid())?;
            tokio::time::sleep(Duration::from_millis(200)).await;
            if process::cpu(self.pid())?.saturating_sub(before) <= Duration::from_millis(10) {
                break;
            }
        }
        Ok(begin.elapsed())
    }
}

impl Installation {
    /// An installation in `folder`, on SQLite or on the database that the settings name.
    pub(crate) fn new(binary: &Path, folder: &Path, database: Vec<String>) -> Result<Self> {
        let port = free_port()?;
        let mut settings = vec![
            format!("data_dir={}", folder.display()),
            format!("server.bind=127.0.0.1:{port}"),
            "log.level=warn".to_owned(),
        ];
        settings.extend(database);
        for limit in ["public_per_minute", "api_per_minute", "signups_per_minute"] {
            settings.push(format!("limits.{limit}=1000000000"));
        }
        Ok(Self {
            binary: binary.to_owned(),
            settings,
            folder: folder.to_owned(),
            port,
        })
    }

    /// Runs a command of the product; gives what it printed.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(&self.binary);
        let output = self.configured(&mut command).args(arguments).output()?;
        ensure!(
            output.status.success(),
            "inviter {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts the server and waits until it is ready. Tells how long that took.
    pub(crate) async fn start(&self, http: &reqwest::Client) -> Result<(Running, Duration)> {
        let log = std::fs::File::create(self.folder.join("server.log"))?;
        let begin = Instant::now();
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&self.binary);
        let child = self
            .configured(&mut command)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let running = Running {
            child,
            url: format!("http://127.0.0.1:{}", self.port),
        };
        let ready = format!("{}/api/ready", running.url);
        while begin.elapsed() < Duration::from_mins(1) {
            if http
                .get(&ready)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return Ok((running, begin.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!(
            "the server does not become ready: see {}",
            self.folder.join("server.log").display()
        )
    }

    fn configured<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for setting in &self.settings {
            command.args(["--set", setting]);
        }
        command
    }
}

/// The in-memory server of the yardstick, on the same core.
pub(crate) async fn yardstick(http: &reqwest::Client) -> Result<Running> {
    let port = free_port()?;
    let own = std::env::current_exe().context("the bench cannot find itself")?;
    let child = Command::new("taskset")
        .args(["-c", "0"])
        .arg(own)
        .args(["yardstick", "http", "--port", &port.to_string()])
        .stdin(Stdio::null())
        .spawn()?;
    let running = Running {
        child,
        url: format!("http://127.0.0.1:{port}"),
    };
    for _ in 0..1000 {
        if http
            .get(format!("{}/api/v1/codes/any/validate", running.url))
            .send()
            .await
            .is_ok()
        {
            return Ok(running);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("the yardstick does not listen")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
