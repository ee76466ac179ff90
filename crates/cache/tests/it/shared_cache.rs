//! What every implementation of [`SharedCache`] must do.

use std::{sync::Arc, time::Duration};

use inviter_cache::{Kept, LocalCache, RemoteCache, SharedCache};
use tokio::task::JoinSet;

use crate::servers::{self, Beside};

const LONG: Duration = Duration::from_mins(1);

async fn backends() -> Vec<(Arc<dyn SharedCache>, Beside)> {
    let local = LocalCache::new(1_000, servers::entropy());
    let mut backends: Vec<(Arc<dyn SharedCache>, Beside)> = vec![(Arc::new(local), JoinSet::new())];
    for settings in servers::named() {
        let (redis, beside) = servers::connected(settings).await;
        let remote = RemoteCache::new(redis, "things", servers::entropy());
        backends.push((Arc::new(remote), beside));
    }
    backends
}

fn kept(version: u64, value: &str) -> Kept {
    Kept {
        version,
        value: Some(value.as_bytes().to_vec()),
    }
}

#[tokio::test]
async fn keeps_values_and_absences_and_forgets_them() {
    for (cache, _beside) in &backends().await {
        assert_eq!(cache.get(b"a").await, None);
        cache.put(b"a", &kept(7, "\0value\r\n"), LONG).await;
        let absent = Kept {
            version: 8,
            value: None,
        };
        cache.put(b"b", &absent, LONG).await;
        cache.put(b"empty", &kept(9, ""), LONG).await;
        assert_eq!(cache.get(b"a").await, Some(kept(7, "\0value\r\n")));
        assert_eq!(cache.get(b"b").await, Some(absent));
        assert_eq!(cache.get(b"empty").await, Some(kept(9, "")));
        cache.delete(b"a").await;
        assert_eq!(cache.get(b"a").await, None);
        cache.put(b"a", &kept(1, "older"), LONG).await;
        assert_eq!(cache.get(b"a").await, Some(kept(1, "older")));
    }
}

#[tokio::test]
async fn what_is_older_never_takes_the_place_of_what_is_newer() {
    // Both halves of a version count, and so does what a number of Lua cannot hold.
    let versions = [
        1,
        2,
        1 << 32,
        (1 << 32) + 1,
        1 << 60,
        (1 << 60) + 1,
        u64::MAX,
    ];
    for (cache, _beside) in &backends().await {
        for pair in versions.windows(2) {
            let (old, new) = (kept(pair[0], "old"), kept(pair[1], "new"));
            cache.delete(b"a").await;
            cache.put(b"a", &new, LONG).await;
            cache.put(b"a", &old, LONG).await;
            assert_eq!(cache.get(b"a").await, Some(new.clone()));
            cache.delete(b"a").await;
            cache.put(b"a", &old, LONG).await;
            cache.put(b"a", &new, LONG).await;
            assert_eq!(cache.get(b"a").await, Some(new));
        }
    }
}

#[tokio::test]
async fn what_is_out_of_date_does_not_come_back() {
    for (cache, _beside) in &backends().await {
        cache.put(b"a", &kept(5, "old"), LONG).await;
        cache.outdate(b"a", 6, LONG).await;
        assert_eq!(cache.get(b"a").await, None);
        cache.put(b"a", &kept(5, "from a slow process"), LONG).await;
        assert_eq!(cache.get(b"a").await, None);
        cache
            .put(b"a", &kept(6, "as new as the change"), LONG)
            .await;
        assert_eq!(cache.get(b"a").await, Some(kept(6, "as new as the change")));
        // The same change is told by every process that sees it.
        cache.outdate(b"a", 6, LONG).await;
        cache.outdate(b"a", 5, LONG).await;
        assert_eq!(cache.get(b"a").await, Some(kept(6, "as new as the change")));
    }
}

#[tokio::test]
async fn forgets_by_itself_within_a_tenth_of_the_time() {
    for (cache, _beside) in &backends().await {
        cache
            .put(b"a", &kept(1, "a"), Duration::from_millis(500))
            .await;
        cache.outdate(b"b", 9, Duration::from_millis(500)).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(cache.get(b"a").await.is_some());
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(cache.get(b"a").await, None);
        cache.put(b"b", &kept(1, "b"), LONG).await;
        assert!(cache.get(b"b").await.is_some(), "the mark is gone as well");
    }
}

#[tokio::test]
async fn who_comes_later_begins_a_new_epoch_that_all_share() {
    for settings in servers::named() {
        let (first, _beside) = servers::connected(settings.clone()).await;
        let first = RemoteCache::new(first, "things", servers::entropy());
        first.put(b"a", &kept(1, "before"), LONG).await;
        assert!(first.get(b"a").await.is_some());
        let (second, _beside) = servers::connected(settings).await;
        let second = RemoteCache::new(second, "things", servers::entropy());
        assert_eq!(second.get(b"a").await, None, "who was away trusts nothing");
        // Within a beat they are of the same epoch again.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        second.put(b"a", &kept(2, "after"), LONG).await;
        assert_eq!(first.get(b"a").await, Some(kept(2, "after")));
    }
}
