//! How MySQL's own tools are told where to go: by a file, since everybody on the machine sees a command line.

use std::{fmt::Write as _, io::Write, process::Stdio};

use anyhow::{Context, Result, bail};
use config::{Backend, Config};
use kernel::{ExposeSecret, SecretString};
use percent_encoding::percent_decode_str;
use tempfile::NamedTempFile;
use tokio::process::{Child, Command};
use url::Url;

/// A database on a MySQL server.
#[derive(Debug, Clone)]
pub(crate) struct Target(Url);

impl Target {
    /// The database of a configuration.
    pub(crate) fn of(config: &Config) -> Result<Self> {
        match &config.database.backend {
            Backend::MySql { url } => Ok(Self(Url::parse(url.expose_secret())?)),
            Backend::Sqlite { path } => bail!(
                "this is a backup of MySQL, and `database.url` names the file {}",
                path.display()
            ),
        }
    }

    /// The database at an address: `mysql://USER:PASSWORD@HOST:PORT/NAME`.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        Ok(Self(Url::parse(url)?))
    }

    /// The same database, or whichever is there, on another member: `HOST:PORT`.
    pub(crate) fn on(&self, member: &str) -> Result<Self> {
        let named = Url::parse(&format!("mysql://{member}"))?;
        let mut url = self.0.clone();
        url.set_host(named.host_str())?;
        let set = url.set_port(named.port().or(url.port()));
        set.ok()
            .with_context(|| format!("{member} is no HOST:PORT"))?;
        Ok(Self(url))
    }

    /// The name of the database.
    pub(crate) fn database(&self) -> &str {
        self.0.path().trim_start_matches('/')
    }

    /// With the password in it.
    pub(crate) fn url(&self) -> SecretString {
        self.0.as_str().into()
    }

    fn options(&self) -> Result<String> {
        let mut text = "[client]\n".to_owned();
        let mut add = |key: &str, value: &str| {
            let plain = percent_decode_str(value).decode_utf8()?;
            let quoted = plain.replace('\\', "\\\\").replace('"', "\\\"");
            writeln!(text, "{key}=\"{quoted}\"")?;
            anyhow::Ok(())
        };
        add("user", self.0.username())?;
        add("password", self.0.password().unwrap_or_default())?;
        let socket = self.0.query_pairs().find(|(key, _)| key == "socket");
        if let Some((_, socket)) = socket {
            add("socket", &socket)?;
        } else {
            let host = self.0.host_str().unwrap_or("localhost");
            add("host", host.trim_matches(['[', ']']))?;
            add("port", &self.0.port().unwrap_or(3306).to_string())?;
            add("protocol", "TCP")?;
        }
        for (key, value) in self.0.query_pairs() {
            match &*key {
                "ssl-mode" | "sslmode" => add("ssl-mode", &value.to_ascii_uppercase())?,
                "ssl-ca" | "sslca" => add("ssl-ca", &value)?,
                _ => {}
            }
        }
        Ok(text)
    }
}

/// The account of one target, in a file for its owner only that goes away with this.
pub(crate) struct Client {
    options: NamedTempFile,
}

impl Client {
    pub(crate) fn new(target: &Target) -> Result<Self> {
        let mut options = NamedTempFile::new()?;
        options.write_all(target.options()?.as_bytes())?;
        options.flush()?;
        Ok(Self { options })
    }

    /// One of the tools, which ends with whoever waits for it.
    pub(crate) fn command(&self, tool: &str) -> Command {
        let mut command = bare(tool);
        let file = self.options.path().display();
        command.arg(format!("--defaults-file={file}"));
        command
    }
}

/// A program of MySQL's without any settings.
pub(super) fn bare(tool: &str) -> Command {
    let mut command = Command::new(tool);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts it.
pub(crate) fn started(command: &mut Command) -> Result<Child> {
    let tool = command.as_std().get_program().to_owned();
    command.spawn().with_context(|| {
        format!(
            "{} cannot be started: MySQL's own tools have to be in the path; they are in the image inviter-backup",
            tool.display()
        )
    })
}

/// Waits until it has ended, and well.
pub(crate) async fn ended(tool: &str, child: Child) -> Result<()> {
    let output = child.wait_with_output().await?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!("{tool} ended with {}: {}", output.status, told(&said))
}

/// What a tool complained of, in one line.
fn told(said: &str) -> String {
    let lines = said.lines().map(str::trim);
    let lines: Vec<_> = lines
        .filter(|it| !it.is_empty() && !it.starts_with("Warning:"))
        .collect();
    lines.join("; ")
}
