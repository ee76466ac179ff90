use serde_json::{Value, json};

use super::Stage;

/// Requests of ours, each with something of theirs in its body.
fn requests(stage: &Stage) -> Vec<(String, Value)> {
    let (ours, theirs) = (&stage.ours, &stage.theirs);
    let (program, member) = (&ours.program, &ours.member);
    let (their_program, their_member) = (&theirs.program, &theirs.member);
    let to = |path: &str| format!("/api/v1/{path}");
    let invitation = |program: &str, inviter: &str| json!({"program_id": program, "inviter_id": inviter, "email": "eve@shop.example"});
    let signup = |more: Value| {
        let mut event = json!({"type": "signup", "external_id": "eve", "strict": true});
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    let spend = json!({"unit": "credits", "amount": 1, "operation_id": "o"});
    vec![
        (to("codes"), json!({"program_id": their_program})),
        (
            to("codes"),
            json!({"program_id": program, "owner_id": their_member}),
        ),
        (
            to("codes"),
            json!({"program_id": their_program, "owner_id": their_member}),
        ),
        (
            to("codes/bulk"),
            json!({"program_id": their_program, "count": 2}),
        ),
        (
            to("codes/bulk"),
            json!({"program_id": program, "count": 2, "owner_id": their_member}),
        ),
        (to("invitations"), invitation(their_program, member)),
        (to("invitations"), invitation(program, their_member)),
        (to("invitations"), invitation(their_program, their_member)),
        (
            to(&format!("members/{member}/link")),
            json!({"program_id": their_program}),
        ),
        (
            to(&format!("members/{their_member}/link")),
            json!({"program_id": program}),
        ),
        (to(&format!("members/{their_member}/spend")), spend),
        (to("events"), signup(json!({"code": theirs.code}))),
        (
            to("events"),
            signup(json!({"program": theirs.slug, "code": ours.code})),
        ),
        (to("events"), signup(json!({"program": theirs.slug}))),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_another_project_in_a_body_are_not_found() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    for (path, body) in requests(&stage) {
        let reply = stage.ours.api.post(&path, body.clone()).await;
        let problem = (reply.status, reply.json["code"].as_str().unwrap_or(""));
        assert!(
            matches!(
                problem,
                (404, "not_found" | "invite_code_invalid") | (422, "validation_failed")
            ),
            "{path} {body}: {}",
            reply.text
        );
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_keeps_projects_apart_as_one_event_does() {
    let stage = Stage::new().await;
    let before = stage.picture().await;
    let events = json!({"events": [
        {"type": "signup", "external_id": "eve", "code": stage.theirs.code, "strict": true},
        {"type": "signup", "external_id": "eve", "program": stage.theirs.slug, "strict": true},
    ]});
    let answer = stage
        .ours
        .api
        .post("/api/v1/events/batch", events)
        .await
        .expect(200);
    for result in answer["results"].as_array().unwrap() {
        assert!(result["outcome"].is_null(), "{result:#}");
        assert!(result["problem"]["code"].is_string(), "{result:#}");
    }
    stage.assert_unchanged(&before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_cannot_be_narrowed_to_another_projects_things() {
    let stage = Stage::new().await;
    let theirs = &stage.theirs;
    for query in [
        format!("codes?program_id={}", theirs.program),
        format!("codes?owner_id={}", theirs.member),
        format!("events?member_id={}", theirs.member),
        format!(
            "events?referral_id={}",
            theirs.invited["referral_id"].as_str().unwrap()
        ),
        format!("invitations?inviter_id={}", theirs.member),
    ] {
        let found = stage
            .ours
            .api
            .get(&format!("/api/v1/{query}"))
            .await
            .expect(200);
        assert_eq!(found["items"], json!([]), "{query}");
    }
}
