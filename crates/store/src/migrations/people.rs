//! Projects and people: tenants, keys, operators, members.

use super::ddl::{Step, document, hash, id, index, integer, maybe, table, text, time, unique};

/// What came after the tables of the other rooms.
pub(super) fn sessions() -> Vec<Step> {
    vec![
        table(
            "sessions",
            vec![
                id("id"),
                hash("token_hash", 32),
                maybe(id("project_id")),
                id("person_id"),
                time("created_at"),
                time("last_seen_at"),
                time("expires_at"),
                text("agent", 200),
                text("address", 64),
                maybe(time("revoked_at")),
            ],
            &["id"],
        ),
        unique("sessions", &["token_hash"]),
        index("sessions", &["person_id", "id"]),
        index("sessions", &["expires_at"]),
        table(
            "one_time_links",
            vec![
                hash("token_hash", 32),
                text("purpose", 16),
                maybe(id("project_id")),
                maybe(id("person_id")),
                time("created_at"),
                time("expires_at"),
                maybe(time("used_at")),
            ],
            &["token_hash"],
        ),
        index("one_time_links", &["person_id", "purpose"]),
        index("one_time_links", &["expires_at"]),
    ]
}

pub(super) fn statements() -> Vec<Step> {
    [projects(), operators(), members(), records()]
        .into_iter()
        .flatten()
        .collect()
}

fn projects() -> Vec<Step> {
    vec![
        table(
            "projects",
            vec![
                id("id"),
                text("slug", 64),
                text("mode", 16),
                text("name", 191),
                document("settings"),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("projects", &["slug", "mode"]),
        table(
            "api_keys",
            vec![
                id("id"),
                id("project_id"),
                text("name", 191),
                document("scopes"),
                hash("secret_hash", 32),
                text("hint", 32),
                time("created_at"),
                maybe(time("expires_at")),
                maybe(time("revoked_at")),
            ],
            &["id"],
        ),
        unique("api_keys", &["secret_hash"]),
        index("api_keys", &["project_id", "id"]),
    ]
}

fn operators() -> Vec<Step> {
    vec![
        table(
            "operators",
            vec![
                id("id"),
                text("email", 320),
                text("email_key", 191),
                text("name", 191),
                document("roles"),
                maybe(text("password_hash", 255)),
                maybe(time("disabled_at")),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("operators", &["email_key"]),
        table(
            "operator_tokens",
            vec![
                id("id"),
                id("operator_id"),
                text("name", 191),
                hash("secret_hash", 32),
                time("created_at"),
                maybe(time("expires_at")),
                maybe(time("revoked_at")),
            ],
            &["id"],
        ),
        unique("operator_tokens", &["secret_hash"]),
        index("operator_tokens", &["operator_id", "id"]),
    ]
}

fn members() -> Vec<Step> {
    vec![
        table(
            "members",
            vec![
                id("id"),
                id("project_id"),
                maybe(text("external_id", 191)),
                maybe(text("email", 320)),
                maybe(text("email_key", 191)),
                maybe(text("name", 191)),
                text("locale", 8),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("members", &["project_id", "external_id"]),
        unique("members", &["project_id", "email_key"]),
        index("members", &["project_id", "id"]),
        index("members", &["project_id", "name"]),
    ]
}

fn records() -> Vec<Step> {
    vec![
        table(
            "audit",
            vec![
                integer("seq"),
                maybe(id("project_id")),
                time("at"),
                text("actor", 64),
                text("action", 64),
                text("subject", 191),
                document("detail"),
                hash("chain_hash", 32),
            ],
            &["seq"],
        ),
        index("audit", &["project_id", "seq"]),
        table(
            "heads",
            vec![
                text("name", 64),
                integer("seq"),
                maybe(hash("chain_hash", 32)),
            ],
            &["name"],
        ),
        table(
            "idempotency",
            vec![
                id("scope"),
                text("idem_key", 255),
                hash("fingerprint", 32),
                document("answer"),
                time("created_at"),
            ],
            &["scope", "idem_key"],
        ),
        index("idempotency", &["created_at"]),
    ]
}
