use crate::program::{Server, data_dir, get};

#[test]
fn health_names_what_it_depends_on() {
    let data = data_dir();
    let server = Server::start(data.path());
    let answer = server.get("/api/health", &[]);
    let health = answer.json();
    assert_eq!(
        (answer.status, &health["status"]),
        (200, &"up".into()),
        "{health}"
    );
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    let names: Vec<_> = health["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| &check["name"])
        .collect();
    assert_eq!(
        names,
        [
            "database",
            "database_readers",
            "database_members",
            "background"
        ]
    );
    assert!(
        health["checks"][0]["ms"].as_f64().unwrap() > 0.0,
        "{health}"
    );
}

#[test]
fn metrics_without_a_token_are_for_this_machine_only() {
    let data = data_dir();
    let server = Server::start(data.path());
    // Asks the database in one commit, which is then counted.
    assert_eq!(server.get("/api/ready", &[]).status, 200);
    let answer = server.get("/api/metrics", &[]);
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .head
            .contains("content-type: application/openmetrics-text; version=1.0.0"),
        "{answer:?}"
    );
    assert!(answer.body.ends_with("# EOF\n"), "{answer:?}");
    let commits = figure(&answer.body, "inviter_group_commit_writes_count");
    assert!(commits >= 1.0, "{commits}");
    let proxied = server.get("/api/metrics", &[("X-Forwarded-For", "203.0.113.9")]);
    assert_eq!(proxied.status, 403);
}

#[test]
fn a_trusted_proxy_does_not_make_strangers_local() {
    let data = data_dir();
    let server = Server::start_with(
        data.path(),
        &["--set", "server.trusted_proxies=127.0.0.0/8"],
    );
    let proxied = server.get("/api/metrics", &[("X-Forwarded-For", "203.0.113.9")]);
    assert_eq!(proxied.status, 403);
}

#[test]
fn metrics_with_a_token_are_for_whoever_has_it() {
    let data = data_dir();
    let server = Server::start_with(data.path(), &["--set", "metrics.token=open-sesame"]);
    let status = |header: &[(&str, &str)]| get(server.address, "/api/metrics", header).status;
    assert_eq!(status(&[]), 401);
    assert_eq!(status(&[("Authorization", "Bearer open-barley")]), 401);
    assert_eq!(status(&[("Authorization", "open-sesame")]), 401);
    assert_eq!(
        status(&[
            ("Authorization", "Bearer open-sesame"),
            ("X-Forwarded-For", "203.0.113.9")
        ]),
        200
    );
}

#[test]
fn figures_of_followers_and_caches_are_given() {
    let data = data_dir();
    let server = Server::start(data.path());
    let mut body = String::new();
    for _ in 0..100 {
        body = server.get("/api/metrics", &[]).body;
        if body.contains("inviter_follower_lag_events{") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for name in ["rollups", "webhooks", "notices"] {
        assert!(
            body.contains(&format!("inviter_follower_lag_events{{name=\"{name}\"}} 0")),
            "{body}"
        );
    }
    assert!(body.contains("inviter_cache_lookups_total{"), "{body}");
}

#[test]
fn links_connections_and_threads_are_counted() {
    let data = data_dir();
    let server = Server::start(data.path());
    let before = server.get("/api/metrics", &[]).body;
    // What a rule adds up is there before the first of it happens.
    for series in [
        "inviter_http_request_duration_seconds_count{method=\"GET\",route=\"/i/{code}\",status=\"5xx\"}",
        "inviter_clicks_total{outcome=\"person\"}",
        "inviter_sign_ups_total{outcome=\"recorded\"}",
        "inviter_risk_verdicts_total{verdict=\"block\"}",
        "inviter_grants_total{state=\"available\"}",
        "inviter_security_events_total{event=\"key_rejected\"}",
        "inviter_invitations_total",
    ] {
        assert!(figure(&before, series).abs() < 1e-9, "{series}");
    }
    assert!(figure(&before, "inviter_http_requests_in_flight") >= 1.0);
    assert_eq!(server.get("/i/NOBODY42", &[]).status, 404);
    let key = [("Authorization", "Bearer inv_live_nobodys")];
    assert_eq!(server.get("/api/v1/codes", &key).status, 401);
    let counted = |body: &str| {
        let links = "inviter_http_request_duration_seconds_count{method=\"GET\",route=\"/i/{code}\",status=\"4xx\"}";
        assert!((figure(body, links) - 1.0).abs() < 1e-9);
        let rejected = "inviter_security_events_total{event=\"key_rejected\"}";
        assert!((figure(body, rejected) - 1.0).abs() < 1e-9);
        assert!(figure(body, "inviter_db_connection_wait_seconds_count") >= 1.0);
    };
    let mut body = server.get("/api/metrics", &[]).body;
    counted(&body);
    for _ in 0..100 {
        if body.contains("inviter_db_connections{") && body.contains("inviter_grants_waiting{") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        body = server.get("/api/metrics", &[]).body;
    }
    let limit = "inviter_db_connections_limit{member=\"SQLite\"}";
    assert!(figure(&body, limit) >= 1.0, "{body}");
    assert!(figure(&body, "inviter_runtime_workers") >= 1.0);
    assert!(figure(&body, "inviter_runtime_busy_seconds_total") > 0.0);
}

/// The value of a series.
fn figure(body: &str, name: &str) -> f64 {
    let line = body
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {body}"))
        .parse()
        .unwrap()
}
