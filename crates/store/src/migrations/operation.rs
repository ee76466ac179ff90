//! What keeps it running: event log, followers, jobs, webhooks, notices, rollups.

use super::ddl::{Step, document, flag, id, index, integer, maybe, table, text, time, unique};

pub(super) fn statements() -> Vec<Step> {
    [log(), webhooks(), figures()]
        .into_iter()
        .flatten()
        .collect()
}

fn log() -> Vec<Step> {
    vec![
        table(
            "log",
            vec![
                integer("seq"),
                maybe(id("project_id")),
                time("at"),
                document("facts"),
            ],
            &["seq"],
        ),
        table(
            "cursors",
            vec![text("name", 64), integer("seq"), time("updated_at")],
            &["name"],
        ),
        table(
            "jobs",
            vec![
                id("id"),
                text("kind", 64),
                document("payload"),
                text("state", 16),
                time("run_at"),
                integer("attempts"),
                integer("max_attempts"),
                maybe(text("lease_owner", 64)),
                maybe(time("lease_until")),
                maybe(document("last_error")),
                maybe(text("dedupe_key", 191)),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("jobs", &["dedupe_key"]),
        index("jobs", &["state", "run_at"]),
    ]
}

fn webhooks() -> Vec<Step> {
    vec![
        table(
            "endpoints",
            vec![
                id("id"),
                id("project_id"),
                text("url", 1024),
                document("events"),
                text("secret", 128),
                maybe(text("previous_secret", 128)),
                maybe(time("previous_until")),
                flag("enabled"),
                time("created_at"),
            ],
            &["id"],
        ),
        index("endpoints", &["project_id", "id"]),
        table(
            "deliveries",
            vec![
                id("id"),
                id("project_id"),
                id("endpoint_id"),
                text("event", 64),
                document("body"),
                text("state", 16),
                integer("attempts"),
                maybe(integer("last_status")),
                maybe(text("last_error", 255)),
                time("created_at"),
                maybe(time("attempted_at")),
            ],
            &["id"],
        ),
        index("deliveries", &["endpoint_id", "created_at"]),
        table(
            "attempts",
            vec![
                id("id"),
                id("project_id"),
                id("delivery_id"),
                time("at"),
                maybe(integer("status")),
                maybe(text("error", 255)),
                integer("millis"),
            ],
            &["id"],
        ),
        index("attempts", &["delivery_id", "id"]),
    ]
}

fn figures() -> Vec<Step> {
    vec![
        table(
            "notices",
            vec![
                id("id"),
                id("project_id"),
                id("member_id"),
                text("kind", 32),
                document("data"),
                maybe(time("read_at")),
                time("created_at"),
            ],
            &["id"],
        ),
        index("notices", &["member_id", "created_at"]),
        table(
            "rollups",
            vec![
                id("project_id"),
                id("program_id"),
                integer("day"),
                text("metric", 48),
                text("dimension", 64),
                integer("value"),
            ],
            &["project_id", "program_id", "metric", "day", "dimension"],
        ),
    ]
}
