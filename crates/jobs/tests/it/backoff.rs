use chrono::TimeDelta;
use inviter_jobs::{backoff, jittered};
use kernel::SeededEntropy;

#[test]
fn the_waits_grow_to_a_day_and_no_further() {
    let seconds: Vec<i64> = (0..=12)
        .map(|attempts| backoff(attempts).num_seconds())
        .collect();
    assert_eq!(seconds[..4], [10, 10, 60, 300]);
    assert_eq!(seconds[10..], [86_400; 3]);
    assert!(seconds.is_sorted());
    assert_eq!(backoff(u32::MAX), TimeDelta::hours(24));
}

#[test]
fn jitter_only_adds_and_at_most_a_fifth() {
    let entropy = SeededEntropy::new(1);
    let waits: Vec<TimeDelta> = (0..1000)
        .map(|_| jittered(TimeDelta::seconds(10), &entropy))
        .collect();
    let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
    assert!(
        *least >= TimeDelta::seconds(10) && *most <= TimeDelta::seconds(12),
        "{least} to {most}"
    );
    assert!(
        *most - *least > TimeDelta::seconds(1),
        "spread over {least} to {most}"
    );
    assert_eq!(jittered(TimeDelta::MAX, &entropy), TimeDelta::MAX);
}
