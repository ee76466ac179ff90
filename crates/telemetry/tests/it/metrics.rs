use std::time::Duration;

use inviter_telemetry::{
    CacheLevel, ConnectionFigures, DatabaseFigures, Metrics, Registry, SecurityEvent,
    WaitingFigures, catalogue,
};

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
    metrics.sign_ups("attributed").inc();
    metrics.referrals("activated").inc();
    metrics.grants("approved").inc();
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
fn what_the_business_counts_is_rendered() {
    let metrics = metrics();
    metrics.invitations().inc();
    metrics.risk_verdicts("review").inc();
    metrics
        .reward_amount("units", "CNY", "available")
        .inc_by(500);
    metrics.security(SecurityEvent::KeyRejected).inc();
    metrics.connection_wait(Duration::from_secs(1));
    let text = metrics.render();
    for (series, expected) in [
        ("inviter_invitations_total", 1.0),
        ("inviter_risk_verdicts_total{verdict=\"review\"}", 1.0),
        (
            "inviter_reward_amount_total{kind=\"units\",unit=\"CNY\",state=\"available\"}",
            500.0,
        ),
        ("inviter_security_events_total{event=\"key_rejected\"}", 1.0),
        // There before anything happened, so that the first event is an increase.
        (
            "inviter_security_events_total{event=\"sign_in_failed\"}",
            0.0,
        ),
        ("inviter_db_connection_wait_seconds_count", 1.0),
    ] {
        assert!(
            (value(&text, series) - expected).abs() < 1e-9,
            "{series}\n{text}"
        );
    }
}

#[test]
fn a_hot_route_counts_where_every_route_does() {
    let metrics = metrics();
    let route = metrics.hot_route("GET", "/i/{code}");
    let (first, given_up) = (route.begin(), route.begin());
    let in_flight = |metrics: &Metrics| value(&metrics.render(), "inviter_http_requests_in_flight");
    assert!((in_flight(&metrics) - 2.0).abs() < 1e-9);
    first.answered(302);
    drop(given_up);
    assert!(in_flight(&metrics).abs() < 1e-9);
    metrics.http_request("GET", "/i/{code}", 302, Duration::from_millis(1));
    route.observe(503, Duration::from_millis(60));
    let text = metrics.render();
    let count = |status: &str| {
        let name = "inviter_http_request_duration_seconds_count";
        let labels = format!("{{method=\"GET\",route=\"/i/{{code}}\",status=\"{status}\"}}");
        value(&text, &format!("{name}{labels}"))
    };
    for (status, expected) in [("2xx", 0.0), ("3xx", 2.0), ("5xx", 1.0)] {
        assert!((count(status) - expected).abs() < 1e-9, "{status}\n{text}");
    }
    let bucket = "inviter_http_request_duration_seconds_bucket{le=\"0.05\",method=\"GET\",route=\"/i/{code}\",status=\"5xx\"}";
    assert!(value(&text, bucket).abs() < 1e-9, "{text}");
}

#[test]
fn values_that_are_observed_at_once_are_all_counted() {
    let metrics = metrics();
    let route = metrics.hot_route("GET", "/i/{code}");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10_000 {
                    route.observe(302, Duration::from_millis(500));
                }
            });
        }
    });
    let text = metrics.render();
    let labels = "{method=\"GET\",route=\"/i/{code}\",status=\"3xx\"}";
    let of = |what: &str| {
        value(
            &text,
            &format!("inviter_http_request_duration_seconds_{what}{labels}"),
        )
    };
    assert!((of("count") - 40_000.0).abs() < 1e-9);
    assert!((of("sum") - 20_000.0).abs() < 1e-6);
}

#[test]
fn what_waits_is_there_once_it_was_looked_at() {
    let metrics = metrics();
    assert!(
        !metrics
            .render()
            .contains("inviter_budget_lowest_left_ratio ")
    );
    let mut figures = WaitingFigures {
        grants: vec![("held", 3)],
        reviews: 2,
        oldest_review: Duration::from_mins(1),
        lowest_budget: Some(0.25),
    };
    metrics.waiting(&figures);
    let text = metrics.render();
    assert!((value(&text, "inviter_grants_waiting{state=\"held\"}") - 3.0).abs() < 1e-9);
    assert!((value(&text, "inviter_reviews_waiting") - 2.0).abs() < 1e-9);
    assert!((value(&text, "inviter_review_oldest_age_seconds") - 60.0).abs() < 1e-9);
    assert!((value(&text, "inviter_budget_lowest_left_ratio") - 0.25).abs() < 1e-9);
    figures.lowest_budget = None;
    metrics.waiting(&figures);
    assert!(
        !metrics
            .render()
            .contains("inviter_budget_lowest_left_ratio ")
    );
}

#[test]
fn units_beyond_the_fiftieth_share_a_label() {
    let metrics = metrics();
    for number in 0..60 {
        let unit = format!("u{number}");
        metrics.reward_amount("units", &unit, "held").inc_by(10);
    }
    let text = metrics.render();
    let of = |unit: &str| {
        let labels = format!("{{kind=\"units\",unit=\"{unit}\",state=\"held\"}}");
        value(&text, &format!("inviter_reward_amount_total{labels}"))
    };
    assert!((of("u49") - 10.0).abs() < 1e-9);
    assert!((of("other") - 100.0).abs() < 1e-9);
}

#[test]
fn connections_are_told_by_member() {
    let metrics = metrics();
    metrics.database(&DatabaseFigures {
        connections: vec![ConnectionFigures {
            member: "mysql-1:3306".to_owned(),
            in_use: 3,
            idle: 1,
            writing: 2,
            limit: 8,
        }],
        ..DatabaseFigures::default()
    });
    let text = metrics.render();
    for (state, expected) in [("in_use", 3.0), ("idle", 1.0), ("writing", 2.0)] {
        let labels = format!("{{member=\"mysql-1:3306\",state=\"{state}\"}}");
        let found = value(&text, &format!("inviter_db_connections{labels}"));
        assert!((found - expected).abs() < 1e-9, "{text}");
    }
    let limit = "inviter_db_connections_limit{member=\"mysql-1:3306\"}";
    assert!((value(&text, limit) - 8.0).abs() < 1e-9, "{text}");
}

#[tokio::test]
async fn the_runtime_tells_of_itself() {
    let metrics = metrics();
    let now = tokio::runtime::Handle::current().metrics();
    metrics.runtime(&now);
    let text = metrics.render();
    assert!(value(&text, "inviter_runtime_workers ") >= 1.0);
    assert!(value(&text, "inviter_runtime_tasks ") >= 0.0);
    assert!(value(&text, "inviter_runtime_busy_seconds_total ") >= 0.0);
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
        "| `inviter_backup_verified` | gauge |  |",
        "| `process_cpu_seconds_total` | counter |  |",
    ] {
        assert!(catalogue.contains(row), "{row}\n{catalogue}");
    }
    let rows = catalogue
        .lines()
        .filter(|line| line.starts_with("| `"))
        .count();
    assert_eq!(rows, 55 + 1 + 5 + 6, "{catalogue}");
}
