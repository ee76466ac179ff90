//! What is different with Redis. Needs the one that `TEST_REDIS_URL` names, as `scripts/test-redis.sh` starts it.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::program::{Server, data_dir, run};

const SECRET: &str = "security.secret=the same for every process of it";

/// The Redis of the tests, if there is one.
fn url() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are not configured by a file"
    )]
    let url = std::env::var("TEST_REDIS_URL").ok();
    if url.is_none() {
        eprintln!("skipped: TEST_REDIS_URL names no Redis");
    }
    url
}

fn words<'a>(settings: &'a [String]) -> Vec<&'a str> {
    let set = |setting: &'a String| ["--set", setting.as_str()];
    settings.iter().flat_map(set).collect()
}

fn redis(mode: &str, url: &str, password: &str, prefix: &str) -> Vec<String> {
    vec![
        format!("redis.mode={mode}"),
        format!("redis.urls={url}"),
        format!("redis.password={password}"),
        format!("redis.prefix={prefix}"),
        SECRET.to_owned(),
    ]
}

/// The line about Redis that `doctor` and `config check` say alike.
fn told(data: &Path, settings: &[String]) -> (Option<i32>, String) {
    let doctor = run(data, &[words(settings), vec!["doctor"]].concat());
    let check = run(data, &[words(settings), vec!["config", "check"]].concat());
    let line = |said: &[u8]| {
        let said = String::from_utf8_lossy(said).into_owned();
        let lines: Vec<_> = said.lines().filter(|line| line.contains("redis")).collect();
        assert_eq!(lines.len(), 1, "{said}");
        lines[0].to_owned()
    };
    assert_eq!(line(&doctor.stdout), line(&check.stdout));
    (check.status.code(), line(&check.stdout))
}

#[test]
fn one_clear_line_says_what_is_wrong() {
    let data = data_dir();
    let (code, line) = told(
        data.path(),
        &redis("single", "redis://127.0.0.1:1", "", "test"),
    );
    assert_eq!(code, Some(0), "Inviter works without");
    assert!(
        line.starts_with("warning") && line.contains("127.0.0.1:1 cannot be reached"),
        "{line}"
    );
    let Some(url) = url() else { return };
    for (settings, weight, said) in [
        (redis("single", &url, "inviter", "test"), "ok", "answers"),
        (
            redis("single", &url, "wrong", "test"),
            "ERROR",
            "check `redis.username` and `redis.password`",
        ),
        (
            redis("cluster", &url, "inviter", "test"),
            "ERROR",
            "set `redis.mode` to `single`",
        ),
        (
            redis("sentinel", &url, "inviter", "test"),
            "ERROR",
            "set `redis.mode` to `single`",
        ),
    ] {
        let (code, line) = told(data.path(), &settings);
        assert_eq!(code, Some(i32::from(weight == "ERROR")), "{line}");
        assert!(line.starts_with(weight) && line.contains(said), "{line}");
    }
}

#[test]
fn it_starts_and_serves_without_the_redis_that_it_was_promised() {
    let data = data_dir();
    let settings = redis("single", "redis://127.0.0.1:1", "", "test");
    let server = Server::start_with(data.path(), &words(&settings));
    assert_eq!(server.get("/api/ready", &[]).status, 200);
    let health = server.get("/api/health", &[]);
    assert_eq!(health.status, 200);
    let health = health.json();
    assert_eq!(health["status"], "degraded");
    let checks = health["checks"].as_array().expect("checks");
    let about = checks.iter().find(|check| check["name"] == "redis");
    assert_eq!(about.expect("redis")["status"], "degraded");
    let metrics = server.get("/api/metrics", &[]).body;
    assert!(metrics.contains("inviter_redis_up{name=\"single\"} 0"));
    server.stop();
}

/// A Redis of one test's own, which may be stopped.
struct Own(Child, String);

impl Own {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .unwrap()
            .port()
            .to_string();
        let child = Command::new("redis-server")
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", ""])
            .args(["--requirepass", "inviter"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child, format!("redis://127.0.0.1:{port}"))
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Waits until Redis answers: it is nobody's duty to be told.
fn becomes_well(server: &Server) {
    let until = Instant::now() + Duration::from_secs(15);
    while server.get("/api/health", &[]).json()["status"] != "up" {
        assert!(Instant::now() < until, "it does not come back by itself");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Asks each in turn for a page that is not there, from this one address; tells how many were let through.
fn admitted(servers: &[&Server], times: usize) -> usize {
    let asked = servers.iter().cycle().take(times);
    asked
        .filter(|server| server.get("/i/NOSUCHCODE", &[]).status != 429)
        .count()
}

#[test]
fn servers_share_a_limit_and_each_has_its_own_while_redis_is_stopped() {
    if url().is_none() {
        return;
    }
    let own = Own::start();
    let places = [data_dir(), data_dir(), data_dir()];
    let mut settings = redis("single", &own.1, "inviter", "test");
    settings.push("limits.public_per_minute=20".to_owned());
    let servers = places
        .each_ref()
        .map(|place| Server::start_with(place.path(), &words(&settings)));
    let servers = servers.each_ref();
    for server in servers {
        becomes_well(server);
    }
    let together = admitted(&servers, 90);
    // One comes back every three seconds.
    assert!(
        (20..=26).contains(&together),
        "{together} of 20 each minute"
    );
    own.signal(Signal::STOP);
    let more = admitted(&servers, 90);
    own.signal(Signal::CONT);
    assert!(
        together + more <= 3 * 26,
        "{together} and then {more} of three times 20"
    );
    for server in servers {
        becomes_well(server);
    }
}
