//! Codes: their two lanes, and their drawings.

use domain::people::Permission;
use serde_json::json;

use crate::edge::stage;

#[tokio::test]
async fn both_lanes_say_the_same_of_a_code() {
    let (server, api, program, code) = stage().await;
    let plain = api
        .get(&format!("/api/v1/codes/{code}/validate"))
        .await
        .expect(200);
    // An escaped letter needs decoding, which is for the long way.
    let long = api.get("/api/v1/codes/%53UMMER/validate").await;
    assert!(long.headers.contains_key("x-request-id"));
    assert_eq!(long.expect(200), plain);
    let quick = api.get("/api/v1/codes/sum-mer/validate").await;
    assert!(!quick.headers.contains_key("x-request-id"));
    assert_eq!(quick.expect(200), plain);
    assert_eq!(
        (&plain["valid"], &plain["problem"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(plain["program"]["id"], program);
    api.get("/api/v1/codes/WINTER/validate")
        .await
        .expect_problem(404, "invite_code_invalid");
    api.post(&format!("/api/v1/codes/{code}/revoke"), json!({}))
        .await
        .expect(200);
    let revoked = api
        .get(&format!("/api/v1/codes/{code}/validate"))
        .await
        .expect(200);
    assert_eq!(
        (&revoked["valid"], &revoked["problem"]),
        (&json!(false), &json!("invite_code_revoked"))
    );
    server
        .anonymous()
        .get("/api/v1/codes/SUMMER/validate")
        .await
        .expect_problem(401, "unauthenticated");
    let other = server.project("other").await;
    let other = server.key(&other, &[Permission::CodesRead]).await;
    other
        .get("/api/v1/codes/SUMMER/validate")
        .await
        .expect_problem(404, "invite_code_invalid");
    let project = server.rehearsal("shop").await;
    let narrow = server.key(&project, &[Permission::StatsRead]).await;
    narrow
        .get("/api/v1/codes/SUMMER/validate")
        .await
        .expect_problem(403, "forbidden");
}

#[tokio::test]
async fn codes_are_drawn() {
    let (_server, api, _, code) = stage().await;
    let svg = api.get(&format!("/api/v1/codes/{code}/qr.svg")).await;
    assert_eq!((svg.status, svg.text.starts_with("<svg")), (200, true));
    let png = api
        .get(&format!("/api/v1/codes/{code}/qr.png?scale=2"))
        .await;
    assert_eq!(
        (png.status, png.headers["content-type"].to_str().unwrap()),
        (200, "image/png")
    );
    assert!(png.text.contains("PNG"));
    api.get(&format!("/api/v1/codes/{code}/qr.png?scale=0"))
        .await
        .expect_problem(422, "validation_failed");
}
