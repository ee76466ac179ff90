use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use inviter_telemetry::{Lifecycle, Readiness};
use rustix::process::{Signal, getpid, kill_process};
use tokio::time::{Instant, sleep, timeout};

const LONG: Duration = Duration::from_secs(20);

/// A task that ends `after` it was asked to, and whether it did.
fn polite(life: &Lifecycle, name: &'static str, after: Duration) -> Arc<AtomicBool> {
    let finished = Arc::new(AtomicBool::new(false));
    let (task_life, task_finished) = (life.clone(), finished.clone());
    life.spawn(name, async move {
        task_life.cancelled().await;
        sleep(after).await;
        task_finished.store(true, Ordering::SeqCst);
    });
    finished
}

#[tokio::test(start_paused = true)]
async fn shutdown_waits_for_tasks() {
    let life = Lifecycle::default();
    let finished = polite(&life, "polite", Duration::from_secs(5));
    assert!(!life.is_cancelled());
    assert_eq!(life.shutdown(LONG).await.dropped, Vec::<&str>::new());
    assert!(finished.load(Ordering::SeqCst) && life.is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_time_is_dropped_and_named() {
    let life = Lifecycle::default();
    let finished = polite(&life, "polite", Duration::from_secs(5));
    let late = polite(&life, "late", Duration::from_mins(1));
    life.spawn("deaf", std::future::pending());
    let started = Instant::now();
    assert_eq!(life.shutdown(LONG).await.dropped, ["late", "deaf"]);
    assert_eq!(started.elapsed().as_secs(), LONG.as_secs());
    assert!(finished.load(Ordering::SeqCst) && !late.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn a_panic_begins_the_end() {
    let life = Lifecycle::default();
    life.spawn("broken", async { panic!("a bug") });
    timeout(LONG, life.cancelled())
        .await
        .expect("the end begins");
    assert!(life.shutdown(LONG).await.dropped.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_ends_is_no_reason_to_stop() {
    let life = Lifecycle::default();
    life.spawn("done", async {});
    sleep(LONG).await;
    assert!(!life.is_cancelled());
}

fn send(signal: Signal) {
    kill_process(getpid(), signal).expect("a process may send itself a signal");
}

#[tokio::test]
async fn a_signal_drains_then_stops() {
    let (life, readiness) = (Lifecycle::default(), Readiness::default());
    readiness.ready();
    let finished = polite(&life, "polite", Duration::ZERO);
    let server = life.until_stopped(&readiness, Duration::from_secs(1), LONG);
    let watcher = async {
        sleep(Duration::from_millis(50)).await;
        send(Signal::TERM);
        while readiness.as_str() == "ready" {
            sleep(Duration::from_millis(5)).await;
        }
        (readiness.as_str(), life.is_cancelled())
    };
    let (ending, seen) = tokio::join!(server, watcher);
    assert_eq!(
        seen,
        ("draining", false),
        "requests are still served while readiness says no"
    );
    assert!(
        ending
            .expect("signals can be listened to")
            .dropped
            .is_empty()
    );
    assert!(finished.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let (life, readiness) = (Lifecycle::default(), Readiness::default());
    life.spawn("deaf", std::future::pending());
    let server = life.until_stopped(&readiness, LONG, LONG);
    let watcher = async {
        for signal in [Signal::INT, Signal::TERM] {
            sleep(Duration::from_millis(50)).await;
            send(signal);
        }
    };
    let (ending, ()) = timeout(Duration::from_secs(5), async {
        tokio::join!(server, watcher)
    })
    .await
    .expect("at once");
    assert_eq!(
        ending.expect("signals can be listened to").dropped,
        ["deaf"]
    );
}
