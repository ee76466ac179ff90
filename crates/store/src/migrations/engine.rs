//! The engine: programs, codes, clicks, referrals, events.

use super::ddl::{
    Step, document, flag, hash, id, index, integer, maybe, table, text, time, unique,
};

pub(super) fn statements() -> Vec<Step> {
    [
        programs(),
        codes(),
        clicks(),
        invitations(),
        referrals(),
        events(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn programs() -> Vec<Step> {
    vec![
        table(
            "programs",
            vec![
                id("id"),
                id("project_id"),
                text("slug", 64),
                text("kind", 16),
                text("status", 16),
                integer("version"),
                document("settings"),
                integer("joined"),
                time("created_at"),
                time("updated_at"),
            ],
            &["id"],
        ),
        unique("programs", &["project_id", "slug"]),
        table(
            "program_versions",
            vec![
                id("project_id"),
                id("program_id"),
                integer("version"),
                document("settings"),
                text("author", 64),
                time("created_at"),
            ],
            &["program_id", "version"],
        ),
    ]
}

fn codes() -> Vec<Step> {
    vec![
        table(
            "codes",
            vec![
                id("id"),
                id("project_id"),
                id("program_id"),
                maybe(id("owner_id")),
                text("text", 64),
                text("code_key", 64),
                text("kind", 16),
                integer("uses"),
                maybe(integer("max_uses")),
                maybe(time("expires_at")),
                maybe(time("revoked_at")),
                maybe(text("batch", 64)),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("codes", &["code_key"]),
        index("codes", &["project_id", "program_id", "id"]),
        index("codes", &["project_id", "owner_id"]),
    ]
}

fn clicks() -> Vec<Step> {
    vec![
        table(
            "clicks",
            vec![
                id("id"),
                id("project_id"),
                id("program_id"),
                id("code_id"),
                time("at"),
                text("channel", 64),
                document("utm"),
                maybe(hash("address_hash", 16)),
                maybe(hash("agent_hash", 16)),
                maybe(text("referrer", 191)),
                flag("bot"),
            ],
            &["id"],
        ),
        index("clicks", &["project_id", "id"]),
        index("clicks", &["program_id", "id"]),
        index("clicks", &["code_id", "id"]),
        table(
            "journals",
            vec![text("name", 191), integer("position")],
            &["name"],
        ),
    ]
}

fn invitations() -> Vec<Step> {
    vec![
        table(
            "invitations",
            vec![
                id("id"),
                id("project_id"),
                id("program_id"),
                id("inviter_id"),
                id("code_id"),
                text("email_key", 191),
                maybe(text("message", 1000)),
                text("state", 16),
                integer("sends"),
                time("created_at"),
                time("expires_at"),
            ],
            &["id"],
        ),
        index("invitations", &["project_id", "email_key"]),
        index("invitations", &["project_id", "id"]),
        index("invitations", &["inviter_id", "id"]),
    ]
}

fn referrals() -> Vec<Step> {
    vec![
        table(
            "referrals",
            vec![
                id("id"),
                id("project_id"),
                id("program_id"),
                integer("version"),
                maybe(id("inviter_id")),
                id("invitee_id"),
                id("code_id"),
                maybe(id("click_id")),
                text("source", 16),
                text("channel", 64),
                text("state", 16),
                text("verdict", 16),
                integer("score"),
                maybe(text("reason", 255)),
                maybe(hash("address_hash", 16)),
                maybe(hash("device_hash", 16)),
                maybe(time("expires_at")),
                time("created_at"),
                maybe(time("qualified_at")),
                time("updated_at"),
            ],
            &["id"],
        ),
        unique("referrals", &["invitee_id", "program_id"]),
        index("referrals", &["project_id", "id"]),
        index("referrals", &["inviter_id", "id"]),
        index("referrals", &["program_id", "id"]),
        index("referrals", &["project_id", "state", "id"]),
        index("referrals", &["project_id", "verdict", "id"]),
        index("referrals", &["project_id", "address_hash", "created_at"]),
        index("referrals", &["project_id", "device_hash"]),
        index("referrals", &["state", "expires_at"]),
        table(
            "standings",
            vec![
                id("project_id"),
                id("program_id"),
                id("member_id"),
                integer("registered"),
                integer("qualified"),
                integer("quota_used"),
                time("quota_since"),
                maybe(integer("wait_key")),
                time("updated_at"),
            ],
            &["program_id", "member_id"],
        ),
        index("standings", &["program_id", "qualified", "member_id"]),
        index("standings", &["program_id", "wait_key"]),
    ]
}

fn events() -> Vec<Step> {
    vec![
        table(
            "events",
            vec![
                id("id"),
                id("project_id"),
                text("event_key", 191),
                hash("fingerprint", 32),
                text("kind", 64),
                id("member_id"),
                maybe(id("referral_id")),
                document("event"),
                document("outcome"),
                time("occurred_at"),
                time("created_at"),
            ],
            &["id"],
        ),
        unique("events", &["project_id", "event_key"]),
        index("events", &["project_id", "id"]),
        index("events", &["member_id", "id"]),
        index("events", &["referral_id", "id"]),
        table(
            "orders",
            vec![
                id("project_id"),
                text("order_key", 191),
                id("member_id"),
                integer("paid"),
                integer("refunded"),
                time("created_at"),
            ],
            &["project_id", "order_key"],
        ),
    ]
}
