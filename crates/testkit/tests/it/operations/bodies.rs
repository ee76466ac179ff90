//! A valid body for every operation that takes one.

use serde_json::{Value, json};

use super::Things;

/// The body, naming these things; none where the operation takes none.
pub(super) fn body(operation: &str, things: &Things) -> Option<Value> {
    let program = &things["program_id"];
    Some(match operation {
        "create_code" => json!({"program_id": program, "owner_id": things["owner_id"]}),
        "create_codes" => {
            json!({"program_id": program, "count": 1, "owner_id": things["owner_id"]})
        }
        "import_codes" => json!({"program_id": program, "csv": "IMPORTED-1"}),
        "update_code" => json!({"max_uses": 5, "expires_at": null}),
        "ingest_event" => event(things),
        "ingest_events" => json!({"events": [event(things)]}),
        "send_invitation" => {
            json!({"program_id": program, "inviter_id": things["inviter_id"], "email": "eve@shop.example"})
        }
        "send_my_invitation" => json!({"program_id": program, "email": "eve@shop.example"}),
        "get_my_link" | "get_member_link" => json!({"program_id": program}),
        "claim_inviter" => json!({"code": things["codes"]}),
        "mark_my_notices_read" | "mark_notices_read" => {
            json!({"notice_ids": [things["notices"]]})
        }
        "upsert_member" => json!({"external_id": things["external_id"], "name": "Changed"}),
        "spend" => json!({"unit": "credits", "amount": 1, "operation_id": "o"}),
        "review_referral" => json!({"accept": true, "reason": "seen"}),
        "reverse_referral" | "approve_grant" | "reject_grant" | "reverse_grant" => {
            json!({"reason": "seen"})
        }
        "create_webhook" => json!({"url": things["hook"]}),
        other => return setting(other),
    })
}

fn event(things: &Things) -> Value {
    json!({"type": "signup", "external_id": things["external_id"], "program": things["slug"], "code": things["codes"]})
}

/// Of the operations with which a project or the installation is set up.
fn setting(operation: &str) -> Option<Value> {
    let settings = json!({"name": "New"});
    Some(match operation {
        "create_project" => json!({"slug": "new", "name": "New"}),
        "update_project" | "update_operator" | "create_operator_token" => json!({"name": "New"}),
        "create_program" => json!({"slug": "new", "kind": "referral", "settings": settings}),
        "revise_program" => json!({"version": 1, "settings": settings}),
        "create_coupon_pool" => json!({"slug": "new"}),
        "add_coupons" => json!({"coupons": ["NEW-1"]}),
        "update_webhook" => json!({"enabled": false}),
        "create_key" => json!({"name": "New", "scopes": ["keys:write"]}),
        "rotate_key" => json!({"overlap_hours": 1}),
        "create_operator" => {
            json!({"email": "new@inviter.example", "name": "New", "roles": [{"role": "support"}]})
        }
        _ => return None,
    })
}
