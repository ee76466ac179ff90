//! The demo's programs.

use anyhow::Result;
use serde_json::{Value, json};

use super::stage::Api;

/// What the season plays in.
pub(super) struct Setting {
    pub(super) referral: String,
    pub(super) waitlist_slug: &'static str,
}

/// Makes a referral program, a waitlist, an invite-only beta and a coupon pool.
pub(super) async fn make(api: &Api) -> Result<Setting> {
    let codes: Vec<String> = (1..=400)
        .map(|n| format!("THANKS-{:06}", n * 7919 % 1_000_000))
        .collect();
    api.post("/api/v1/coupon-pools", json!({"slug": "thanks"}))
        .await?;
    api.post(
        "/api/v1/coupon-pools/thanks/coupons",
        json!({"coupons": codes}),
    )
    .await?;
    let referral = program(api, "spring", "referral", referral()).await?;
    program(api, "early", "waitlist", waitlist()).await?;
    program(api, "studio", "invite_only", invite_only()).await?;
    Ok(Setting {
        referral,
        waitlist_slug: "early",
    })
}

async fn program(api: &Api, slug: &str, kind: &str, settings: Value) -> Result<String> {
    let made = api
        .post(
            "/api/v1/programs",
            json!({"slug": slug, "kind": kind, "settings": settings}),
        )
        .await?;
    let id = made["id"].as_str().unwrap_or_default().to_owned();
    api.post(&format!("/api/v1/programs/{id}/activate"), json!({}))
        .await?;
    Ok(id)
}

fn units(amount: i64) -> Value {
    json!({"type": "units", "unit": "credits", "amount": amount})
}

fn referral() -> Value {
    json!({
        "name": "Bring a friend",
        "description": "Give 200 credits, get 500.",
        "expire_after_days": 60,
        "budgets": [{"unit": "credits", "amount": 5_000_000}],
        "rules": [
            {"key": "both", "on": "activation", "hold_days": 7,
             "then": {"kind": "double_sided", "inviter": units(500), "invitee": units(200)},
             "limits": {"per_month": 20}},
            {"key": "networker", "on": "activation",
             "then": {"kind": "milestone", "at": 3, "reward": {"type": "badge", "name": "networker"}}},
            {"key": "every-ten", "on": "activation", "approval": true,
             "then": {"kind": "milestone", "at": 10, "every": true, "reward": units(2500)}},
            {"key": "first-order", "on": "purchase", "if": [{"field": "amount", "op": "gte", "value": 3000}],
             "then": {"kind": "fixed", "to": "inviter", "reward": units(300)}},
            {"key": "coupon", "on": "purchase", "limits": {"per_member": 1},
             "then": {"kind": "fixed", "to": "invitee", "reward": {"type": "coupon", "pool": "thanks"}}}
        ]
    })
}

fn waitlist() -> Value {
    json!({
        "name": "Early access",
        "description": "Invite friends and move up.",
        "qualify_on": "signup",
        "waitlist": {"move_up": 5},
        "rules": []
    })
}

fn invite_only() -> Value {
    json!({
        "name": "Studio beta",
        "description": "By invitation only.",
        "quota": {"invites": 5, "refill_days": 30},
        "rules": [{"key": "title", "on": "activation",
            "then": {"kind": "milestone", "at": 5, "reward": {"type": "title", "name": "patron"}}}]
    })
}
