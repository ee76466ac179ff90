//! One run of `wrk` on the second core.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// What one run showed; times in microseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Load {
    requests: f64,
    micros: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    refused: u64,
    broken: u64,
}

impl Load {
    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        self.requests / self.micros * 1e6
    }

    /// Requests.
    pub(crate) fn count(&self) -> f64 {
        self.requests
    }
}

/// What is asked of a server, and how.
#[derive(Debug, Clone)]
pub(crate) struct Script<'a> {
    /// A file in `bench/lua`.
    pub(crate) name: &'a str,
    /// The address.
    pub(crate) url: String,
    /// What the script is given.
    pub(crate) arguments: Vec<String>,
}

impl Script<'_> {
    /// Asks over so many connections for so many seconds.
    ///
    /// # Errors
    /// Also where a single answer was an error: a figure of refusals is none.
    pub(crate) fn load(&self, lua: &Path, connections: u32, seconds: u32) -> Result<Load> {
        let script = lua.join(self.name);
        let output = Command::new("taskset")
            .args(["-c", "1", "wrk", "-t1"])
            .args([format!("-c{connections}"), format!("-d{seconds}s")])
            .arg("-s")
            .arg(script)
            .arg(&self.url)
            .arg("--")
            .args(&self.arguments)
            .stdin(Stdio::null())
            .output()
            .context("wrk cannot be run")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
        let line = line.with_context(|| {
            format!(
                "wrk told no result: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
        let load: Load = serde_json::from_str(line)?;
        ensure!(
            load.refused == 0 && load.broken == 0,
            "{}: not every answer was a success: {load:?}",
            self.name
        );
        Ok(load)
    }
}
