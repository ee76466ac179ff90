use axum::{Router, routing::get as on_get};
use inviter_http_kit::{Params, PathOf};
use kernel::{Actor, MemberId, SeededEntropy};
use serde::Deserialize;

use crate::{get, kit, problem, send, text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    limit: Option<u16>,
    name: String,
}

fn router() -> Router {
    let list =
        |Params(query): Params<Query>| async move { format!("{} {:?}", query.name, query.limit) };
    let member = |PathOf(id): PathOf<MemberId>| async move { Actor::Member(id).label() };
    let pair = |PathOf((id, place)): PathOf<(MemberId, u8)>| async move { format!("{id} {place}") };
    kit(Router::new()
        .route("/list", on_get(list))
        .route("/members/{member_id}", on_get(member))
        .route("/members/{member_id}/{place}", on_get(pair)))
}

#[tokio::test]
async fn a_query_arrives_decoded() {
    let response = send(&router(), get("/list?name=%E4%BD%A0+x&limit=7")).await;
    assert_eq!(text(response).await, "你 x Some(7)");
}

#[tokio::test]
async fn a_query_that_is_wrong_names_the_parameter() {
    for (query, field, code) in [
        ("name=a&limit=many", "limit", "invalid"),
        ("name=a&limit=70000", "limit", "invalid"),
        ("limit=1", "name", "required"),
        ("name=a&limits=1", "limits", "unknown"),
        ("", "name", "required"),
    ] {
        let body = problem(send(&router(), get(&format!("/list?{query}"))).await, 422).await;
        assert_eq!(
            (body.errors[0].field.as_str(), body.errors[0].code.as_str()),
            (field, code),
            "{query}"
        );
    }
}

#[tokio::test]
async fn an_id_in_the_path_is_typed() {
    let id = MemberId::new(chrono_epoch(), &SeededEntropy::new(1)).to_string();
    assert_eq!(
        text(send(&router(), get(&format!("/members/{id}"))).await).await,
        id
    );
    assert_eq!(
        text(send(&router(), get(&format!("/members/{id}/3"))).await).await,
        format!("{id} 3")
    );
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let other = "prg_00000000000000000000000000";
    for path in [
        "/members/x",
        &format!("/members/{other}"),
        "/members/%00",
        "/members/x/1",
        "/members/x/999",
    ] {
        assert_eq!(
            problem(send(&router(), get(path)).await, 404).await.code,
            "not_found",
            "{path}"
        );
    }
    let body = problem(send(&router(), get("/members/x")).await, 404).await;
    assert!(body.detail.contains("mem_"), "{}", body.detail);
}

#[tokio::test]
async fn a_path_that_is_not_utf8_is_malformed() {
    assert_eq!(
        problem(send(&router(), get("/members/%FF")).await, 400)
            .await
            .code,
        "malformed_request"
    );
}

fn chrono_epoch() -> kernel::Timestamp {
    kernel::Timestamp::UNIX_EPOCH
}
