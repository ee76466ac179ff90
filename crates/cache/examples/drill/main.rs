//! The Redis drill: three processes' worth of callers go on while the servers are flushed, stopped, killed and moved.
//!
//! `scripts/drill-redis.sh` starts the servers and this. Every caller checks what it is told against the truth, which only
//! this program knows: an answer is wrong where it is older than what was changed more than a second ago, or than the
//! caller's own change. It prints a table and fails where an answer was wrong or a limit did not hold.

mod process;
mod report;
mod truth;

use std::{
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};

use inviter_cache::Shape;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{process::Process, report::Row, truth::Truth};

/// What is done to the servers of a shape.
struct Event {
    name: &'static str,
    /// Words for `scripts/test-redis.sh`, and how long after the beginning.
    steps: &'static [(f64, &'static str)],
    seconds: u64,
}

const fn event(name: &'static str, seconds: u64, steps: &'static [(f64, &'static str)]) -> Event {
    Event {
        name,
        steps,
        seconds,
    }
}

const SINGLE: &[Event] = &[
    event("nothing", 5, &[]),
    event("flushed every 50 ms", 5, &[(0.0, "flush single 6397 5")]),
    event(
        "stopped for 5 s",
        10,
        &[(1.0, "pause single 6397"), (6.0, "resume single 6397")],
    ),
    event(
        "killed, back after 3 s",
        8,
        &[(1.0, "kill single 6397"), (4.0, "revive single 6397")],
    ),
];

const SENTINEL: &[Event] = &[
    event("nothing", 5, &[]),
    event("planned failover", 10, &[(1.0, "failover sentinel 6403")]),
    event("master killed", 16, &[(1.0, "kill sentinel master")]),
    event("the killed one is back", 8, &[(1.0, "start sentinel")]),
    event("master stopped", 16, &[(1.0, "pause sentinel master")]),
    event(
        "the stopped one goes on",
        8,
        &[(1.0, "resume sentinel all")],
    ),
];

const CLUSTER: &[Event] = &[
    event("nothing", 5, &[]),
    event("slots moved", 12, &[(1.0, "reshard cluster 6407")]),
    event("a master killed", 14, &[(1.0, "kill cluster 6407")]),
    event("the killed one is back", 8, &[(1.0, "revive cluster 6407")]),
    event("a master stopped", 14, &[(1.0, "pause cluster 6408")]),
    event(
        "the stopped one goes on",
        8,
        &[(1.0, "resume cluster 6408")],
    ),
    event("a node added", 12, &[(1.0, "add cluster 6413")]),
];

#[tokio::main]
async fn main() -> ExitCode {
    let shapes = [
        ("TEST_REDIS_URL", Shape::Single, SINGLE),
        (
            "TEST_REDIS_SENTINELS",
            Shape::Sentinel {
                master: "inviter".to_owned(),
            },
            SENTINEL,
        ),
        ("TEST_REDIS_CLUSTER", Shape::Cluster, CLUSTER),
    ];
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let mut sound = true;
    println!("{}", Row::HEAD);
    for (variable, shape, events) in shapes {
        #[expect(clippy::disallowed_methods, reason = "a drill has no file")]
        let Ok(urls) = std::env::var(variable) else {
            println!("| {} | skipped: {variable} is not set |", shape.as_str());
            continue;
        };
        for event in events {
            let row = live(&shape, &urls, event).await;
            println!("{row}");
            sound &= row.is_sound();
        }
    }
    if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Lets three processes live through an event.
async fn live(shape: &Shape, urls: &str, event: &Event) -> Row {
    let truth = Arc::new(Truth::default());
    let mut processes = Vec::new();
    for number in 0..3 {
        processes.push(Process::start(shape, urls, number, &truth).await);
    }
    let mut callers = JoinSet::new();
    let until = Instant::now() + Duration::from_secs(event.seconds);
    for process in &processes {
        process.call_until(until, &mut callers);
    }
    let started = Instant::now();
    for (after, words) in event.steps {
        let at = started + Duration::from_secs_f64(*after);
        callers.spawn(async move {
            tokio::time::sleep_until(at).await;
            let ran = tokio::task::spawn_blocking(move || run(words)).await;
            ran.expect("the step does not panic");
        });
    }
    callers.join_all().await;
    // Whoever comes back late still counts: the table says whether all are back.
    sleep(Duration::from_millis(100)).await;
    let row = Row::new(shape.as_str(), event.name, event.seconds, &processes, until);
    for process in processes {
        process.end().await;
    }
    row
}

fn run(words: &str) {
    let status = Command::new("scripts/drill-redis.sh")
        .arg("step")
        .args(words.split(' '))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "`scripts/drill-redis.sh step {words}` failed"
    );
}
