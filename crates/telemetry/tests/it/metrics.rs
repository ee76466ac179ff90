use std::time::Duration;

use inviter_telemetry::{CacheLevel, Metrics, Registry, catalogue};

fn metrics() -> Metrics {
    Metrics::new(Registry::default(), "1.2.3")
}

/// The value of the series that begins with `series`.
fn value(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series))
        .unwrap_or_else(|| panic!("{series}:\n{text}"));
    line.trim().parse().expect("a number")
}

#[test]
fn redis_is_told_of_only_where_there_is_one() {
    let metrics = metrics();
    assert!(!metrics.render().contains("inviter_redis_up{"));
    metrics.redis_calls("late").observe(0.1);
    metrics.redis_up("cluster", false);
    let text = metrics.render();
    let late = "inviter_redis_call_duration_seconds_count{outcome=\"late\"}";
    assert!((value(&text, late) - 1.0).abs() < 1e-9);
    assert!(value(&text, "inviter_redis_up{name=\"cluster\"}").abs() < 1e-9);
}

#[test]
fn what_is_counted_is_rendered() {
    let metrics = metrics();
    let second = Duration::from_secs(1);
    metrics.http_request("GET", "/api/v1/members/{id}", 404, Duration::from_millis(3));
    metrics.group_commit(50, second);
    metrics.transact_retry("deadlock");
    metrics.job("send_webhook", "done", second);
    metrics.jobs_waiting(7, Duration::from_millis(1500));
    metrics.webhook("delivered", second);
    metrics.clicks("kept").inc();
    metrics.sign_up("attributed");
    metrics.referral("activated");
    metrics.grant("approved");
    metrics.ledger_imbalance(-5);
    metrics.follower_lag("webhooks", 12);
    metrics.cache_lookups(CacheLevel::Memory, true).inc_by(3);
    let text = metrics.render();
    for (series, expected) in [
        (
            "inviter_http_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/members/{id}\",status=\"4xx\"}",
            1.0,
        ),
        (
            "inviter_http_request_duration_seconds_sum{method=\"GET\",route=\"/api/v1/members/{id}\",status=\"4xx\"}",
            0.003,
        ),
        ("inviter_group_commit_writes_sum", 50.0),
        ("inviter_group_commit_duration_seconds_count", 1.0),
        ("inviter_transact_retries_total{outcome=\"deadlock\"}", 1.0),
        (
            "inviter_job_duration_seconds_count{kind=\"send_webhook\",outcome=\"done\"}",
            1.0,
        ),
        ("inviter_jobs_waiting", 7.0),
        ("inviter_jobs_oldest_age_seconds", 1.5),
        (
            "inviter_webhook_duration_seconds_count{outcome=\"delivered\"}",
            1.0,
        ),
        ("inviter_clicks_total{outcome=\"kept\"}", 1.0),
        ("inviter_sign_ups_total{outcome=\"attributed\"}", 1.0),
        ("inviter_referrals_total{state=\"activated\"}", 1.0),
        ("inviter_grants_total{state=\"approved\"}", 1.0),
        ("inviter_ledger_imbalance", -5.0),
        ("inviter_follower_lag_events{name=\"webhooks\"}", 12.0),
        (
            "inviter_cache_lookups_total{level=\"memory\",result=\"hit\"}",
            3.0,
        ),
        ("inviter_build_info{version=\"1.2.3\"}", 1.0),
    ] {
        assert!(
            (value(&text, series) - expected).abs() < 1e-9,
            "{series}\n{text}"
        );
    }
    assert!(text.ends_with("# EOF\n"));
}

#[test]
fn methods_of_strangers_share_one_label() {
    let metrics = metrics();
    for method in ["BREW", "PROPFIND", "get"] {
        metrics.http_request(method, "unmatched", 405, Duration::ZERO);
    }
    let series = "inviter_http_request_duration_seconds_count{method=\"other\",route=\"unmatched\",status=\"4xx\"}";
    assert!((value(&metrics.render(), series) - 3.0).abs() < 1e-9);
}

#[test]
fn the_process_tells_of_itself() {
    let text = metrics().render();
    assert!(value(&text, "process_resident_memory_bytes ") > 1_000_000.0);
    assert!(value(&text, "process_open_fds ") >= 3.0);
    assert!(value(&text, "process_threads ") >= 1.0);
    assert!(value(&text, "process_cpu_seconds_total ") >= 0.0);
    let started = value(&text, "process_start_time_seconds ");
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs_f64();
    assert!(
        (0.0..60.0).contains(&(now + 2.0 - started)),
        "{started} is not just before {now}"
    );
}

#[test]
fn the_catalogue_has_a_row_for_every_metric_that_a_render_can_show() {
    let catalogue = catalogue();
    for row in [
        "| `inviter_http_request_duration_seconds` | histogram | `method`, `route`, `status` |",
        "| `inviter_clicks_total` | counter | `outcome` |",
        "| `inviter_ledger_imbalance` | gauge |  |",
        "| `inviter_cache_lookups_total` | counter | `level`, `result` |",
        "| `inviter_build_info` | info | `version` |",
        "| `process_cpu_seconds_total` | counter |  |",
    ] {
        assert!(catalogue.contains(row), "{row}\n{catalogue}");
    }
    let rows = catalogue
        .lines()
        .filter(|line| line.starts_with("| `"))
        .count();
    assert_eq!(rows, 39 + 1 + 5, "{catalogue}");
}
