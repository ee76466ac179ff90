use chrono::TimeDelta;
use domain::codes::CodeKind;
use inviter_app::codes::{
    CodePatch, NewCode, NewCodes, create_code, create_codes, get_code, link_of_member, list_codes,
    revoke_code, update_code, validate_code,
};
use kernel::{Clock, PageRequest, ProblemCode};
use serde_json::json;
use store::CodeFilter;

use crate::fixture::{Fixture, refusal, wrong_fields};

fn chosen(fixture: &Fixture, text: &str) -> NewCode {
    NewCode {
        text: Some(text.to_owned()),
        ..fixture.new_code()
    }
}

fn many(fixture: &Fixture, count: u32) -> NewCodes {
    let program = fixture.program.id;
    NewCodes {
        program,
        count,
        owner: None,
        max_uses: Some(1),
        expires_at: None,
        batch: None,
    }
}

#[tokio::test]
async fn kinds_follow_from_what_is_asked() {
    let fixture =
        Fixture::with(json!({ "codes": { "max_uses": 20, "expire_after_days": 30 } })).await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let personal = fixture.code(&anna).await;
    assert_eq!(
        (personal.kind, personal.max_uses, personal.text.len()),
        (CodeKind::Personal, Some(20), 8)
    );
    assert_eq!(
        personal.expires_at,
        Some(fixture.clock.now() + TimeDelta::days(30))
    );
    let program = create_code(app, ctx, project, fixture.new_code())
        .await
        .unwrap();
    assert_eq!(
        (program.kind, program.max_uses, program.expires_at),
        (CodeKind::Program, None, None)
    );
    let single = NewCode {
        single_use: true,
        owner: Some(anna.id),
        ..fixture.new_code()
    };
    let single = create_code(app, ctx, project, single).await.unwrap();
    assert_eq!((single.kind, single.max_uses), (CodeKind::Single, Some(1)));
    let vanity = NewCode {
        owner: Some(anna.id),
        max_uses: Some(3),
        ..chosen(&fixture, "Anna-2026")
    };
    let vanity = create_code(app, ctx, project, vanity).await.unwrap();
    assert_eq!(
        (vanity.kind, vanity.text.as_str(), vanity.max_uses),
        (CodeKind::Vanity, "Anna-2026", Some(3))
    );
}

#[tokio::test]
async fn a_code_is_one_however_it_is_spelt_and_wherever_it_is() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await;
    let (app, ctx) = (&fixture.app, &fixture.cli());
    create_code(app, ctx, fixture.id(), chosen(&fixture, "HOLIDAY-10"))
        .await
        .unwrap();
    let found = get_code(app, ctx, fixture.id(), "ho1iday1o").await.unwrap();
    assert_eq!(found.text, "HOLIDAY-10");
    let again = create_code(app, ctx, fixture.id(), chosen(&fixture, "h0l1day10")).await;
    assert_eq!(refusal(again), ProblemCode::CodeTaken);
    // A link names no project, so a code is unique everywhere; but only its own project sees it.
    assert_eq!(
        refusal(get_code(app, ctx, other.id, "HOLIDAY-10").await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(revoke_code(app, ctx, other.id, "HOLIDAY-10").await),
        ProblemCode::NotFound
    );
    let patch = CodePatch::default();
    assert_eq!(
        refusal(update_code(app, ctx, other.id, "HOLIDAY-10", patch).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        refusal(validate_code(app, ctx, other.id, "HOLIDAY-10").await),
        ProblemCode::InviteCodeInvalid
    );
    let page = list_codes(
        app,
        ctx,
        other.id,
        CodeFilter::default(),
        PageRequest::new(None, None),
    )
    .await
    .unwrap();
    assert!(page.items.is_empty());
}

#[tokio::test]
async fn unsuitable_texts_are_refused() {
    let fixture = Fixture::new().await;
    for text in ["ab", "admin", "fuck-you", "a_b_c", &"x".repeat(33)] {
        let answer = create_code(
            &fixture.app,
            &fixture.cli(),
            fixture.id(),
            chosen(&fixture, text),
        )
        .await;
        assert_eq!(refusal(answer), ProblemCode::CodeUnsuitable, "{text}");
    }
}

#[tokio::test]
async fn contradicting_limits_are_refused() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let new = NewCode {
        max_uses: Some(0),
        expires_at: Some(fixture.clock.now()),
        ..fixture.new_code()
    };
    assert_eq!(
        wrong_fields(create_code(app, ctx, project, new).await),
        ["max_uses", "expires_at"]
    );
    let new = NewCode {
        single_use: true,
        max_uses: Some(2),
        ..fixture.new_code()
    };
    assert_eq!(
        wrong_fields(create_code(app, ctx, project, new).await),
        ["max_uses"]
    );
    for count in [0, 10_001] {
        assert_eq!(
            wrong_fields(create_codes(app, ctx, project, many(&fixture, count)).await),
            ["count"]
        );
    }
}

#[tokio::test]
async fn a_member_has_as_many_codes_as_the_program_says() {
    let fixture = Fixture::with(json!({ "codes": { "per_member": 2 } })).await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let new = || NewCode {
        owner: Some(anna.id),
        ..fixture.new_code()
    };
    let first = create_code(app, ctx, project, new()).await.unwrap();
    let bulk = NewCodes {
        owner: Some(anna.id),
        ..many(&fixture, 2)
    };
    assert_eq!(
        refusal(create_codes(app, ctx, project, bulk).await),
        ProblemCode::QuotaExceeded
    );
    create_code(app, ctx, project, new()).await.unwrap();
    assert_eq!(
        refusal(create_code(app, ctx, project, new()).await),
        ProblemCode::QuotaExceeded
    );
    // A revoked one makes room.
    revoke_code(app, ctx, project, &first.text).await.unwrap();
    create_code(app, ctx, project, new()).await.unwrap();
    // The member's own link is never missing.
    let bert = fixture.member("bert").await;
    for text in ["BERT-ONE", "BERT-TWO"] {
        let new = NewCode {
            owner: Some(bert.id),
            ..chosen(&fixture, text)
        };
        create_code(app, ctx, project, new).await.unwrap();
    }
    let link = link_of_member(app, ctx, project, fixture.program.id, bert.id)
        .await
        .unwrap();
    assert_eq!(link.code.kind, CodeKind::Personal);
}

#[tokio::test]
async fn two_who_ask_at_once_do_not_exceed_the_quota() {
    let fixture = Fixture::with(json!({ "codes": { "per_member": 3 } })).await;
    let anna = fixture.member("anna").await;
    let asked = (0..10).map(|_| {
        let new = NewCode {
            owner: Some(anna.id),
            ..fixture.new_code()
        };
        let (app, ctx, project) = (fixture.app.clone(), fixture.cli(), fixture.id());
        async move { create_code(&app, &ctx, project, new).await }
    });
    let made = futures::future::join_all(asked).await;
    assert_eq!(made.iter().filter(|answer| answer.is_ok()).count(), 3);
}

#[tokio::test]
async fn codes_in_bulk_differ_and_share_a_batch() {
    let fixture = Fixture::with(json!({ "codes": { "length": 6 } })).await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let new = NewCodes {
        batch: Some("fair".to_owned()),
        ..many(&fixture, 1200)
    };
    let made = create_codes(app, ctx, project, new).await.unwrap();
    assert_eq!((made.batch.as_str(), made.codes.len()), ("fair", 1200));
    let keys: std::collections::HashSet<_> =
        made.codes.iter().map(|code| code.key.as_str()).collect();
    assert_eq!(keys.len(), 1200);
    assert!(
        made.codes
            .iter()
            .all(|code| code.kind == CodeKind::Single && code.owner.is_none())
    );
    let filter = CodeFilter {
        batch: Some("fair".to_owned()),
        ..CodeFilter::default()
    };
    let page = list_codes(app, ctx, project, filter, PageRequest::new(None, Some(200)))
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.next.is_some()), (200, true));
    let unnamed = create_codes(app, ctx, project, many(&fixture, 1))
        .await
        .unwrap();
    assert!(!unnamed.batch.is_empty());
}

#[tokio::test]
async fn a_request_that_comes_again_makes_no_second_code() {
    let fixture = Fixture::new().await;
    let (app, project, ctx) = (&fixture.app, fixture.id(), fixture.keyed("k", "a"));
    let first = create_code(app, &ctx, project, fixture.new_code())
        .await
        .unwrap();
    assert_eq!(
        create_code(app, &ctx, project, fixture.new_code())
            .await
            .unwrap(),
        first
    );
    let other = create_code(app, &fixture.keyed("k", "b"), project, fixture.new_code()).await;
    assert_eq!(refusal(other), ProblemCode::IdempotencyConflict);
    let (ctx, first) = (fixture.cli(), PageRequest::new(None, None));
    let page = list_codes(app, &ctx, project, CodeFilter::default(), first)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn a_link_is_made_once_and_again_when_it_is_over() {
    let fixture = Fixture::with(json!({ "codes": { "expire_after_days": 10 } })).await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let link = || link_of_member(app, ctx, project, fixture.program.id, anna.id);
    let (one, other) = tokio::join!(link(), link());
    let one = one.unwrap();
    assert_eq!(one, other.unwrap());
    assert_eq!(
        one.url.as_str(),
        format!("https://invite.example/i/{}", one.code.text)
    );
    fixture.clock.advance(TimeDelta::days(10));
    assert_ne!(link().await.unwrap().code.id, one.code.id);
    let stranger = fixture.project("shop").await;
    let there = link_of_member(app, ctx, stranger.id, fixture.program.id, anna.id).await;
    assert_eq!(refusal(there), ProblemCode::NotFound);
}

#[tokio::test]
async fn codes_of_others_programs_and_members_are_not_found() {
    let fixture = Fixture::new().await;
    let other = fixture.project("shop").await;
    let (app, ctx) = (&fixture.app, &fixture.cli());
    let anna = fixture.member("anna").await;
    let there = create_code(app, ctx, other.id, fixture.new_code()).await;
    assert_eq!(refusal(there), ProblemCode::NotFound);
    let there = create_codes(app, ctx, other.id, many(&fixture, 2)).await;
    assert_eq!(refusal(there), ProblemCode::NotFound);
    let nobody = NewCode {
        owner: Some(ctx.id()),
        ..fixture.new_code()
    };
    assert_eq!(
        refusal(create_code(app, ctx, fixture.id(), nobody).await),
        ProblemCode::NotFound
    );
    drop(anna);
}

#[tokio::test]
async fn a_check_says_what_a_sign_up_would_be_told() {
    let fixture = Fixture::new().await;
    let (app, ctx, project) = (&fixture.app, &fixture.cli(), fixture.id());
    let anna = fixture.member("anna").await;
    let code = fixture.code(&anna).await;
    let check = || validate_code(app, ctx, project, &code.text);
    let fine = check().await.unwrap();
    assert!(fine.valid);
    assert_eq!((fine.problem, fine.remaining_uses), (None, None));
    let patch = CodePatch {
        max_uses: Some(2),
        expires_at: Some(fixture.clock.now() + TimeDelta::days(1)),
    };
    update_code(app, ctx, project, &code.text, patch)
        .await
        .unwrap();
    assert_eq!(check().await.unwrap().remaining_uses, Some(2));
    fixture.clock.advance(TimeDelta::days(1));
    assert_eq!(
        check().await.unwrap().problem,
        Some(ProblemCode::InviteCodeExpired)
    );
    update_code(app, ctx, project, &code.text, CodePatch::default())
        .await
        .unwrap();
    assert!(check().await.unwrap().valid);
    let revoked = revoke_code(app, ctx, project, &code.text).await.unwrap();
    assert_eq!(
        check().await.unwrap().problem,
        Some(ProblemCode::InviteCodeRevoked)
    );
    fixture.clock.advance(TimeDelta::hours(1));
    assert_eq!(
        revoke_code(app, ctx, project, &code.text).await.unwrap(),
        revoked
    );
    let refused = fixture.signup(&code, "bert").await;
    assert_eq!(refusal(refused), ProblemCode::InviteCodeRevoked);
    assert_eq!(
        refusal(validate_code(app, ctx, project, "N0-SUCH").await),
        ProblemCode::InviteCodeInvalid
    );
    assert_eq!(
        refusal(validate_code(app, ctx, project, "☺").await),
        ProblemCode::InviteCodeInvalid
    );
}

#[tokio::test]
async fn a_check_asks_the_database_once() {
    let fixture = Fixture::new().await;
    let code = fixture.code(&fixture.member("anna").await).await;
    let hits = |name: &str| {
        let stats = fixture.app.cache_stats();
        stats
            .into_iter()
            .find(|(of, _)| *of == name)
            .map(|(_, stats)| (stats.hits, stats.misses))
            .unwrap()
    };
    for _ in 0..3 {
        validate_code(&fixture.app, &fixture.cli(), fixture.id(), &code.text)
            .await
            .unwrap();
    }
    assert_eq!(hits("links"), (2, 1));
}
