use std::{convert::Infallible, sync::Arc, time::Duration};

use inviter_cache::{Lookup, Memory, Stats};

fn codes() -> Memory<String, u32> {
    Memory::new(10_000, Duration::from_mins(1))
}

#[test]
fn knows_values_and_absences() {
    let codes = codes();
    assert_eq!(codes.get("A"), Lookup::Unknown);
    codes.put("A".to_owned(), Some(1));
    codes.put("B".to_owned(), None);
    assert_eq!(codes.get("A"), Lookup::Found(Arc::new(1)));
    assert_eq!(codes.get("B"), Lookup::Absent);
    codes.invalidate("A");
    assert_eq!(codes.get("A"), Lookup::Unknown);
    let Stats { hits, misses, .. } = codes.stats();
    assert_eq!((hits, misses), (2, 2));
}

#[tokio::test]
async fn loads_once_and_not_after_an_error() {
    let codes = codes();
    assert_eq!(
        codes.get_or_load("A", async { Err("down") }).await,
        Err("down")
    );
    let loaded = codes
        .get_or_load("A", async { Ok::<_, Infallible>(Some(7)) })
        .await;
    assert_eq!(loaded, Ok(Some(Arc::new(7))));
    let kept = codes
        .get_or_load("A", async { Err("must not be asked") })
        .await;
    assert_eq!(kept, Ok(Some(Arc::new(7))));
    let none = codes
        .get_or_load("B", async { Ok::<_, Infallible>(None) })
        .await;
    assert_eq!(none, Ok(None));
    assert_eq!(codes.get("B"), Lookup::Absent);
}

#[tokio::test]
async fn a_load_that_an_invalidation_overtook_is_not_kept() {
    let codes = codes();
    let stale = codes
        .get_or_load("A", async {
            codes.invalidate("A");
            Ok::<_, Infallible>(Some(1))
        })
        .await;
    assert_eq!(stale, Ok(Some(Arc::new(1))));
    assert_eq!(codes.get("A"), Lookup::Unknown);
}

#[test]
fn forgets_after_the_time_to_live() {
    let codes: Memory<String, u32> = Memory::new(10, Duration::from_millis(40));
    codes.put("A".to_owned(), Some(1));
    codes.put("B".to_owned(), None);
    std::thread::sleep(Duration::from_millis(60));
    assert_eq!(codes.get("A"), Lookup::Unknown);
    assert_eq!(codes.get("B"), Lookup::Unknown);
}

#[test]
fn stays_within_its_capacity() {
    let numbers: Memory<u32, u32> = Memory::new(100, Duration::from_mins(1));
    for n in 0..10_000 {
        numbers.put(n, Some(n));
    }
    // Evictions follow writes with a small delay, in batches.
    let kept = (0..10_000)
        .filter(|n| numbers.get(n) != Lookup::Unknown)
        .count();
    assert!(kept <= 1_000, "{kept} entries kept of a capacity of 100");
}
