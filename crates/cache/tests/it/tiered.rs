//! Two levels: one question for many callers, and no answer that is older than what was said to have changed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use inviter_cache::{
    Fanout, Loaded, LocalCache, LocalFanout, RemoteCache, SharedCache, SharedFanout, Tiered,
    TieredOptions,
};
use tokio::{task::JoinSet, time::sleep};

use crate::servers::{self, Beside};

type Words = Tiered<String, String, &'static str>;

const OPTIONS: TieredOptions = TieredOptions {
    name: "words",
    capacity: 10_000,
    fresh: Duration::from_secs(30),
    near: Duration::from_mins(1),
    far: Duration::from_mins(1),
};

/// Stands for the database: a value that grows, and how often it was asked for.
#[derive(Default, Clone)]
struct Truth {
    value: Arc<AtomicU64>,
    asked: Arc<AtomicU64>,
}

impl Truth {
    fn set(&self, value: u64) {
        self.value.store(value, Ordering::SeqCst);
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    async fn ask(self) -> Result<Loaded<String>, &'static str> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let value = self.value.load(Ordering::SeqCst);
        sleep(Duration::from_millis(30)).await;
        Ok(Loaded {
            version: value,
            value: (value > 0).then(|| value.to_string()),
        })
    }
}

async fn get(words: &Words, truth: &Truth) -> Option<String> {
    let ask = || truth.clone().ask();
    let found = words.get_or_load(&"key".to_owned(), ask).await;
    found.expect("it answers").map(|value| (*value).clone())
}

fn one_process(far: Option<Arc<dyn SharedCache>>) -> Words {
    Tiered::new(OPTIONS, far, Arc::new(LocalFanout::default()))
}

fn local() -> Arc<dyn SharedCache> {
    Arc::new(LocalCache::new(1_000, servers::entropy()))
}

#[tokio::test]
async fn a_thousand_cold_callers_make_one_load() {
    for words in [one_process(None), one_process(Some(local()))] {
        let truth = Truth::default();
        truth.set(1);
        let mut callers = JoinSet::new();
        for _ in 0..1_000 {
            let (words, truth) = (words.clone(), truth.clone());
            callers.spawn(async move { get(&words, &truth).await });
        }
        let answers = callers.join_all().await;
        assert!(answers.iter().all(|answer| answer.as_deref() == Some("1")));
        assert_eq!(truth.asked(), 1);
    }
}

#[tokio::test]
async fn absences_are_kept_and_errors_are_not() {
    let words = one_process(Some(local()));
    let key = "key".to_owned();
    let failed = words.get_or_load(&key, async || Err("down")).await;
    assert_eq!(failed, Err("down"));
    let truth = Truth::default();
    assert_eq!(get(&words, &truth).await, None);
    assert_eq!(get(&words, &truth).await, None);
    assert_eq!(truth.asked(), 1);
}

#[tokio::test]
async fn nobody_who_comes_after_a_change_is_given_what_was_before() {
    let words = one_process(Some(local()));
    let truth = Truth::default();
    truth.set(1);
    let early = {
        let (words, truth) = (words.clone(), truth.clone());
        async move { get(&words, &truth).await }
    };
    let changed = async {
        sleep(Duration::from_millis(10)).await;
        truth.set(2);
        words.invalidate(&"key".to_owned(), 2).await;
        get(&words, &truth).await
    };
    let (before, after) = tokio::join!(early, changed);
    assert_eq!(before.as_deref(), Some("1"));
    assert_eq!(after.as_deref(), Some("2"));
    assert_eq!(get(&words, &truth).await.as_deref(), Some("2"));
    assert_eq!(truth.asked(), 2);
}

#[tokio::test]
async fn one_caller_renews_what_is_not_fresh_while_the_others_go_on() {
    let fresh = Duration::from_millis(50);
    let options = TieredOptions { fresh, ..OPTIONS };
    let words: Words = Tiered::new(options, None, Arc::new(LocalFanout::default()));
    let truth = Truth::default();
    truth.set(1);
    get(&words, &truth).await;
    sleep(fresh * 2).await;
    truth.set(2);
    let mut callers = JoinSet::new();
    for _ in 0..100 {
        let (words, truth) = (words.clone(), truth.clone());
        callers.spawn(async move { get(&words, &truth).await });
    }
    let answers = callers.join_all().await;
    let renewed = answers
        .iter()
        .filter(|answer| answer.as_deref() == Some("2"));
    assert_eq!(renewed.count(), 1);
    assert_eq!(truth.asked(), 2);
    sleep(fresh * 2).await;
    let failed = words
        .get_or_load(&"key".to_owned(), async || Err("down"))
        .await;
    assert_eq!(
        failed.expect("the old one").as_deref(),
        Some(&"2".to_owned())
    );
}

#[tokio::test]
async fn callers_who_give_up_leave_nothing_behind() {
    let words = one_process(None);
    let truth = Truth::default();
    truth.set(1);
    let impatient = tokio::time::timeout(Duration::from_millis(5), get(&words, &truth));
    assert!(impatient.await.is_err());
    assert_eq!(get(&words, &truth).await.as_deref(), Some("1"));
    assert_eq!(truth.asked(), 2);
}

/// Processes on one Redis.
async fn processes(count: usize) -> Vec<(Vec<Words>, Vec<Beside>)> {
    let mut all = Vec::new();
    for settings in servers::named() {
        let (mut words, mut besides) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let (redis, mut beside) = servers::connected(settings.clone()).await;
            let far: Arc<dyn SharedCache> =
                Arc::new(RemoteCache::new(redis.clone(), "words", servers::entropy()));
            let (fanout, listener) = SharedFanout::new(redis, servers::entropy());
            let mut ready = fanout.subscribe("ready");
            let process = Words::new(OPTIONS, Some(far), Arc::new(fanout));
            beside.spawn(process.clone().listen(std::future::pending()));
            beside.spawn(listener.run(std::future::pending()));
            ready.next().await;
            words.push(process);
            besides.push(beside);
        }
        // Until all are of the same epoch.
        sleep(Duration::from_millis(1_500)).await;
        all.push((words, besides));
    }
    all
}

#[tokio::test]
async fn processes_share_what_one_of_them_loaded_and_learn_that_it_changed() {
    for (words, _besides) in processes(3).await {
        let truth = Truth::default();
        truth.set(1);
        for process in &words {
            assert_eq!(get(process, &truth).await.as_deref(), Some("1"));
        }
        assert_eq!(truth.asked(), 1, "the others found it in Redis");
        for value in 2..20_u64 {
            truth.set(value);
            words[0].invalidate(&"key".to_owned(), value).await;
            assert_eq!(get(&words[0], &truth).await, Some(value.to_string()));
            sleep(Duration::from_millis(100)).await;
            for process in &words {
                assert_eq!(get(process, &truth).await, Some(value.to_string()));
            }
            assert_eq!(truth.asked(), value);
        }
    }
}
