//! Value: grants, tallies, accounts, transfers, coupons.

use super::ddl::{Step, document, flag, id, index, integer, maybe, table, text, time, unique};

pub(super) fn statements() -> Vec<Step> {
    [grants(), ledger(), coupons()]
        .into_iter()
        .flatten()
        .collect()
}

fn grants() -> Vec<Step> {
    vec![
        table(
            "grants",
            vec![
                id("id"),
                id("project_id"),
                id("program_id"),
                integer("version"),
                text("rule_key", 64),
                id("referral_id"),
                id("event_id"),
                id("member_id"),
                text("side", 16),
                document("reward"),
                maybe(text("unit", 32)),
                integer("amount"),
                integer("remaining"),
                integer("clawed"),
                text("state", 24),
                flag("approval"),
                maybe(text("reason", 255)),
                maybe(time("due_at")),
                maybe(integer("expire_after_days")),
                maybe(text("order_key", 191)),
                maybe(text("coupon", 64)),
                time("created_at"),
                time("updated_at"),
            ],
            &["id"],
        ),
        unique(
            "grants",
            &["event_id", "program_id", "rule_key", "member_id"],
        ),
        index("grants", &["project_id", "id"]),
        index("grants", &["member_id", "id"]),
        index("grants", &["referral_id", "id"]),
        index("grants", &["project_id", "state", "id"]),
        index("grants", &["project_id", "order_key"]),
        index("grants", &["state", "due_at"]),
        table(
            "tallies",
            vec![
                id("project_id"),
                id("program_id"),
                id("subject_id"),
                text("name", 128),
                integer("value"),
            ],
            &["program_id", "subject_id", "name"],
        ),
    ]
}

fn ledger() -> Vec<Step> {
    vec![
        table(
            "accounts",
            vec![
                id("project_id"),
                id("owner_id"),
                text("kind", 16),
                text("unit", 32),
                integer("balance"),
            ],
            &["owner_id", "kind", "unit"],
        ),
        index("accounts", &["project_id", "kind", "unit"]),
        table(
            "transfers",
            vec![
                id("id"),
                id("project_id"),
                id("debit_owner"),
                text("debit_kind", 16),
                id("credit_owner"),
                text("credit_kind", 16),
                text("unit", 32),
                integer("amount"),
                text("reason", 16),
                maybe(id("grant_id")),
                maybe(id("event_id")),
                maybe(text("operation", 191)),
                time("at"),
            ],
            &["id"],
        ),
        index("transfers", &["project_id", "operation"]),
        index("transfers", &["project_id", "id"]),
        index("transfers", &["debit_owner", "id"]),
        index("transfers", &["credit_owner", "id"]),
    ]
}

fn coupons() -> Vec<Step> {
    vec![
        table(
            "coupon_pools",
            vec![
                id("id"),
                id("project_id"),
                text("slug", 64),
                maybe(text("pattern", 64)),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("coupon_pools", &["project_id", "slug"]),
        table(
            "coupons",
            vec![
                id("id"),
                id("project_id"),
                id("pool_id"),
                text("code", 64),
                maybe(id("grant_id")),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("coupons", &["pool_id", "code"]),
        index("coupons", &["pool_id", "grant_id", "id"]),
    ]
}
