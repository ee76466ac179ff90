//! The whole measurement: candidates and yardsticks take turns within each round; medians and same-round ratios are told.

mod bars;
mod load;
mod pages;
mod report;
mod server;
mod setup;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};

use self::{
    bars::{history, slowest},
    load::{Load, Script},
    report::{Bar, median},
    server::{Installation, Running},
    setup::{Api, Setup},
};
use crate::{fill, process, reads, yardstick};

/// What is to be measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Wanted {
    /// The server, built for release
    #[arg(long)]
    server: PathBuf,
    /// The scripts of the loads
    #[arg(long, default_value = "bench/lua")]
    lua: PathBuf,
    /// Shorter runs: under two minutes
    #[arg(long)]
    short: bool,
    /// Measure again after the database was filled
    #[arg(long)]
    history: bool,
    /// Sign-ups that `--history` fills in
    #[arg(long, default_value_t = 1_000_000)]
    sign_ups: usize,
    /// Clicks that `--history` fills in
    #[arg(long, default_value_t = 10_000_000)]
    clicks: usize,
    /// `mysql://USER:PASSWORD@HOST:PORT/NAME`: measure on MySQL, in databases made next to this one
    #[arg(long)]
    mysql: Option<String>,
    /// With `--mysql`, whose host is the primary: the members of its group, as in `database.members`
    #[arg(long, requires = "mysql", value_name = "HOST:PORT,…")]
    members: Option<String>,
    /// Rounds
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

/// Everything that one round shows.
#[derive(Debug, Clone, Copy)]
struct Round {
    redirect: [Load; 3],
    clicks: [Load; 3],
    json: Load,
    validate: Load,
    sign_up: Load,
    crowd: Load,
    alone: Load,
    /// Rows of sign-ups per second without the product.
    raw: f64,
    /// Seconds until followers were done with what the sign-ups caused.
    behind: f64,
}

/// Connections of redirects and clicks.
const CONNECTIONS: [u32; 3] = [32, 1, 256];

struct Bench<'a> {
    wanted: &'a Wanted,
    http: reqwest::Client,
    setup: Setup,
    yardstick: Running,
    runs: u32,
}

/// Measures, and prints the table. Tells whether every bar is met.
pub(crate) async fn run(wanted: &Wanted) -> Result<bool> {
    let folder = tempfile::Builder::new()
        .prefix("inviter-bench")
        .tempdir_in(".")?;
    let http = telemetry::client_builder()
        .timeout(Duration::from_mins(1))
        .build()?;
    let dsn = match &wanted.mysql {
        Some(dsn) => Some(yardstick::mysql::beside(dsn, "bench").await?),
        None => None,
    };
    let url = dsn.as_ref().map(|dsn| format!("database.url={dsn}"));
    let members = wanted.members.as_ref();
    let members = members.map(|members| format!("database.members={members}"));
    let database = url.into_iter().chain(members).collect();
    let installation = Installation::new(&wanted.server, folder.path(), database)?;
    let sync = sync()?;
    let key = setup::tenant(&installation)?;
    let mut bars = vec![size(&wanted.server)?];
    bars.extend(starts(&installation, &http).await?);

    let (server, _) = installation.start(&http).await?;
    let api = Api {
        http: &http,
        url: &server.url,
        key: &key,
    };
    let setup = setup::program(api, folder.path()).await?;
    let yardstick = server::yardstick(&http).await?;
    let mut bench = Bench {
        wanted,
        http,
        setup,
        yardstick,
        runs: 0,
    };
    let fresh = bench.rounds(&server).await?;
    bars.extend(bench.bars(&fresh, sync));
    server.stop()?;
    if let (Some(dsn), Some(members)) = (&wanted.mysql, &wanted.members) {
        let seconds = Duration::from_secs(if wanted.short { 1 } else { 3 });
        bars.push(bars::replica(
            reads::run(dsn, members, wanted.rounds, seconds).await?,
        ));
    }
    if wanted.history {
        let url =
            dsn.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("inviter.db").display()));
        bars.extend(
            bench
                .after_history(&installation, &url, &key, &fresh)
                .await?,
        );
    }
    Ok(report::table(&bars))
}

/// What one `fdatasync` takes here, told before anything else.
fn sync() -> Result<Duration> {
    let syncs = yardstick::disk::run(Duration::from_secs(1))?;
    let median = syncs[syncs.len() / 2];
    println!(
        "fdatasync: {}/s, median {} us",
        syncs.len(),
        median.as_micros()
    );
    Ok(median)
}

fn size(binary: &Path) -> Result<Bar> {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let mib = std::fs::metadata(binary)
        .context("there is no server")?
        .len() as f64
        / 1024.0
        / 1024.0;
    Ok(Bar {
        met: Some(mib <= 40.0),
        ..Bar::figure("stripped binary at most 40 MB", format!("{mib:.1} MiB"))
    })
}

/// Cold starts, and the memory of a server that has had nothing to do.
async fn starts(installation: &Installation, http: &reqwest::Client) -> Result<[Bar; 2]> {
    let mut took = Vec::new();
    for _ in 0..10 {
        let (server, time) = installation.start(http).await?;
        took.push(time.as_secs_f64() * 1e3);
        server.stop()?;
    }
    let ms = median(took);
    let (server, _) = installation.start(http).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let mib = process::resident(server.pid())? as f64 / 1024.0;
    server.stop()?;
    Ok([
        Bar {
            met: Some(ms <= 300.0),
            ..Bar::figure("cold start to ready at most 300 ms", format!("{ms:.0} ms"))
        },
        Bar {
            met: Some(mib <= 40.0),
            ..Bar::figure("idle memory at most 40 MB", format!("{mib:.1} MiB"))
        },
    ])
}

impl Bench<'_> {
    /// The same figures in a large installation, and its slowest page.
    async fn after_history(
        &mut self,
        installation: &Installation,
        url: &str,
        key: &str,
        fresh: &[Round],
    ) -> Result<Vec<Bar>> {
        let wanted = self.wanted;
        println!(
            "filling in {} sign-ups and {} clicks",
            wanted.sign_ups, wanted.clicks
        );
        fill::run(url, wanted.sign_ups, wanted.clicks).await?;
        let (server, _) = installation.start(&self.http).await?;
        let api = Api {
            http: &self.http,
            url: &server.url,
            key,
        };
        let answers = pages::answers(&api, &self.setup).await?;
        let console = pages::console(&api, &self.setup, installation).await?;
        let full = self.rounds(&server).await?;
        let mut bars = history(fresh, &full);
        bars.push(slowest("answers", &answers, Duration::from_millis(100)));
        bars.push(slowest("pages", &console, Duration::from_millis(50)));
        server.stop()?;
        Ok(bars)
    }

    async fn rounds(&mut self, server: &Running) -> Result<Vec<Round>> {
        // Every code is known, every file and statement warm.
        self.load(self.clicks(server), 32, 1, server).await?;
        let warm = self.sign_ups(server);
        self.load(warm, 32, 2, server).await?;
        let mut rounds = Vec::new();
        for number in 1..=self.wanted.rounds {
            let round = self.round(server).await?;
            println!(
                "round {number}: 302 {:.0}/s, clicks {:.0}/s; JSON {:.0}/s, validations {:.0}/s; raw {:.0}/s, sign-ups {:.0}/s",
                round.redirect[0].rate(),
                round.clicks[0].rate(),
                round.json.rate(),
                round.validate.rate(),
                round.raw,
                round.sign_up.rate(),
            );
            rounds.push(round);
        }
        Ok(rounds)
    }

    async fn round(&mut self, server: &Running) -> Result<Round> {
        let (long, brief) = if self.wanted.short { (2, 1) } else { (5, 3) };
        let (mut redirects, mut clicks) = (Vec::new(), Vec::new());
        for connections in CONNECTIONS {
            let seconds = if connections == 32 { long } else { brief };
            for (loads, server) in [(&mut redirects, &self.yardstick), (&mut clicks, server)] {
                let script = self.clicks(server);
                loads.push(self.load(script, connections, seconds, server).await?);
            }
        }
        let script = self.validations(&self.yardstick);
        let json = self.load(script, 32, long, &self.yardstick).await?;
        let script = self.validations(server);
        let validate = self.load(script, 32, long, server).await?;
        let raw = self.raw(long)?;
        let script = self.sign_ups(server);
        let (sign_up, behind) = self.measure(script, 32, long, server).await?;
        let script = self.sign_ups(server);
        let alone = self.load(script, 1, brief, server).await?;
        let script = self.sign_ups(server);
        let crowd = self.load(script, 256, brief, server).await?;
        let three = |loads: Vec<Load>| <[Load; 3]>::try_from(loads).ok().context("three loads");
        Ok(Round {
            redirect: three(redirects)?,
            clicks: three(clicks)?,
            json,
            validate,
            sign_up,
            crowd,
            alone,
            raw,
            behind: behind.as_secs_f64(),
        })
    }

    async fn load(
        &self,
        script: Script<'_>,
        connections: u32,
        seconds: u32,
        server: &Running,
    ) -> Result<Load> {
        Ok(self.measure(script, connections, seconds, server).await?.0)
    }

    async fn measure(
        &self,
        script: Script<'_>,
        connections: u32,
        seconds: u32,
        server: &Running,
    ) -> Result<(Load, Duration)> {
        let before = process::cpu(server.pid())?;
        let load = script.load(&self.wanted.lua, connections, seconds)?;
        let cpu = process::cpu(server.pid())?.saturating_sub(before);
        let behind = server.settle().await?;
        println!(
            "  {:<12} c={connections:<3} {:>7.0}/s  p50 {:>6.0} us  p99 {:>7.0} us  {:>5.0} us of CPU each",
            script.name.trim_end_matches(".lua"),
            load.rate(),
            load.p50,
            load.p99,
            cpu.as_secs_f64() * 1e6 / load.count(),
        );
        Ok((load, behind))
    }

    fn clicks(&self, server: &Running) -> Script<'static> {
        Script {
            name: "clicks.lua",
            url: server.url.clone(),
            arguments: vec![self.codes()],
        }
    }

    fn validations(&self, server: &Running) -> Script<'static> {
        let arguments = vec![self.codes(), self.setup.key.clone()];
        Script {
            name: "validate.lua",
            url: server.url.clone(),
            arguments,
        }
    }

    fn sign_ups(&mut self, server: &Running) -> Script<'static> {
        self.runs += 1;
        let arguments = vec![
            self.codes(),
            self.setup.key.clone(),
            format!("{:06}", self.runs),
        ];
        Script {
            name: "signups.lua",
            url: server.url.clone(),
            arguments,
        }
    }

    fn codes(&self) -> String {
        self.setup.codes.display().to_string()
    }

    /// The rows of sign-ups without the product, by a process of its own on the server's core.
    fn raw(&self, seconds: u32) -> Result<f64> {
        let own = std::env::current_exe()?;
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(own).arg("yardstick");
        match &self.wanted.mysql {
            Some(dsn) => command.args(["mysql", "--dsn", dsn]),
            None => command.arg("sqlite"),
        };
        let output = command
            .args(["--seconds", &seconds.to_string()])
            .stdin(Stdio::null())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().next_back().and_then(|line| line.parse().ok());
        line.with_context(|| {
            format!(
                "the yardstick failed: {text}{}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }
}
