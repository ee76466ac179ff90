use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use inviter_telemetry::{Check, CheckResult, Health, Readiness, Verdict};
use tokio::time::{Instant, sleep};

struct Fixed {
    name: &'static str,
    result: CheckResult,
    takes: Duration,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Check for Fixed {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn check(&self) -> CheckResult {
        self.asked.fetch_add(1, Ordering::SeqCst);
        sleep(self.takes).await;
        self.result.clone()
    }
}

fn check(
    name: &'static str,
    result: CheckResult,
    takes: u64,
    asked: &Arc<AtomicUsize>,
) -> Box<dyn Check> {
    Box::new(Fixed {
        name,
        result,
        takes: Duration::from_millis(takes),
        asked: asked.clone(),
    })
}

fn health(results: Vec<CheckResult>) -> (Health, Readiness, Arc<AtomicUsize>) {
    let (readiness, asked) = (Readiness::default(), Arc::new(AtomicUsize::new(0)));
    let checks = results
        .into_iter()
        .map(|result| check("fixed", result, 10, &asked))
        .collect();
    (Health::new(readiness.clone(), checks), readiness, asked)
}

#[tokio::test(start_paused = true)]
async fn the_worst_verdict_is_the_status() {
    for (results, status) in [
        (vec![], Verdict::Up),
        (vec![CheckResult::up("")], Verdict::Up),
        (
            vec![CheckResult::up(""), CheckResult::degraded("slow")],
            Verdict::Degraded,
        ),
        (
            vec![
                CheckResult::down("gone"),
                CheckResult::degraded("slow"),
                CheckResult::up(""),
            ],
            Verdict::Down,
        ),
    ] {
        assert_eq!(health(results).0.report().await.status, status);
    }
}

#[tokio::test(start_paused = true)]
async fn readiness_follows_the_life_and_the_checks() {
    let (health, readiness, _) = health(vec![CheckResult::degraded("slow")]);
    assert!(!health.is_ready().await);
    assert_eq!(health.report().await.state, "starting");
    readiness.ready();
    assert!(health.is_ready().await);
    readiness.drain();
    assert!(!health.is_ready().await);
    readiness.ready();
    assert_eq!(health.report().await.state, "draining");
}

#[tokio::test(start_paused = true)]
async fn what_is_down_is_not_ready() {
    let (health, readiness, _) = health(vec![CheckResult::up(""), CheckResult::down("gone")]);
    readiness.ready();
    assert!(!health.is_ready().await);
}

#[tokio::test(start_paused = true)]
async fn checks_run_side_by_side_and_at_most_a_second() {
    let asked = Arc::default();
    let slow = |name| check(name, CheckResult::up(""), 60_000, &asked);
    let checks = vec![
        slow("first"),
        slow("second"),
        check("third", CheckResult::up("fine"), 1, &asked),
    ];
    let health = Health::new(Readiness::default(), checks);
    let started = Instant::now();
    let report = health.report().await;
    assert!(
        started.elapsed() < Duration::from_millis(1100),
        "{:?}",
        started.elapsed()
    );
    let found: Vec<_> = report
        .checks
        .iter()
        .map(|check| (check.name, check.status))
        .collect();
    assert_eq!(
        found,
        [
            ("first", Verdict::Down),
            ("second", Verdict::Down),
            ("third", Verdict::Up)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_kept_for_a_second() {
    let (health, _, asked) = health(vec![CheckResult::up("")]);
    tokio::join!(health.report(), health.report(), health.report());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    sleep(Duration::from_millis(1001)).await;
    health.report().await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_plain_json() {
    let (health, _, _) = health(vec![CheckResult::down("gone")]);
    let json = serde_json::to_value(health.report().await).expect("JSON");
    assert_eq!(json["status"], "down");
    assert_eq!(json["state"], "starting");
    assert_eq!(json["checks"][0]["detail"], "gone");
}
