use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use inviter_jobs::Schedule;
use kernel::SeededEntropy;

const MINUTE: Duration = Duration::from_mins(1);

fn counter() -> (Arc<AtomicU32>, Arc<AtomicU32>) {
    let count = Arc::new(AtomicU32::new(0));
    (Arc::clone(&count), count)
}

#[tokio::test(start_paused = true)]
async fn work_comes_again_after_its_period_and_a_little_more() {
    let (count, runs) = counter();
    let schedule =
        Schedule::new(Arc::new(SeededEntropy::new(3))).every(MINUTE, "count", move || {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        });
    schedule.run(tokio::time::sleep(60 * MINUTE)).await;
    let runs = runs.load(Ordering::SeqCst);
    assert!(
        (55..60).contains(&runs),
        "{runs} runs in an hour: fewer than 60 for the jitter, none left out"
    );
}

#[tokio::test(start_paused = true)]
async fn errors_and_panics_do_not_end_a_work() {
    let (count, runs) = counter();
    let (steady, neighbour) = counter();
    let schedule = Schedule::new(Arc::new(SeededEntropy::new(4)))
        .every(MINUTE, "troubled", move || {
            let run = count.fetch_add(1, Ordering::SeqCst);
            async move {
                if run.is_multiple_of(2) {
                    panic!("trouble")
                } else {
                    Err("trouble".into())
                }
            }
        })
        .every(MINUTE, "steady", move || {
            steady.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        });
    schedule.run(tokio::time::sleep(10 * MINUTE)).await;
    assert!(runs.load(Ordering::SeqCst) >= 9);
    assert!(neighbour.load(Ordering::SeqCst) >= 9);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_has_begun_is_finished_after_the_stop() {
    let (count, ends) = counter();
    let schedule =
        Schedule::new(Arc::new(SeededEntropy::new(5))).every(MINUTE, "long", move || {
            let count = Arc::clone(&count);
            async move {
                tokio::time::sleep(5 * MINUTE).await;
                count.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        });
    schedule.run(tokio::time::sleep(MINUTE)).await;
    assert_eq!(ends.load(Ordering::SeqCst), 1);
}
