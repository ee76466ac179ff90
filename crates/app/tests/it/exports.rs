//! Lists as CSV, and codes from CSV.

use chrono::TimeDelta;
use domain::{codes::CodeKind, people::Role};
use futures::TryStreamExt;
use inviter_app::{
    Period,
    audit::AuditFilter,
    clicks::ClickFilter,
    codes::{CodeFilter, import_codes, list_codes},
    exports::{Export, export},
    invitations::InvitationFilter,
    ledger::TransferFilter,
    members::{NewMember, upsert_member},
    referrals::ReferralFilter,
    rewards::GrantFilter,
};
use kernel::{Clock, PageRequest, ProblemCode};
use serde_json::json;

use crate::{
    fixture::{Fixture, refusal, wrong_fields},
    scene::units,
};

async fn csv(f: &Fixture, what: Export) -> String {
    let stream = export(&f.app, &f.cli(), f.id(), what).await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

fn records(csv: &str) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes())
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[tokio::test]
async fn nothing_in_a_cell_is_a_formula() {
    let f = Fixture::new().await;
    let evil = [
        "=HYPERLINK(\"x\")",
        "+1",
        "-1",
        "@SUM",
        "a,\"b\"\nc",
        "小明",
    ];
    for (place, name) in evil.iter().enumerate() {
        let new = NewMember {
            external_id: Some(format!("m{place}")),
            name: Some((*name).replace('\n', " ")),
            ..NewMember::default()
        };
        upsert_member(&f.app, &f.cli(), f.id(), new).await.unwrap();
        f.clock.advance(TimeDelta::seconds(1));
    }
    let text = csv(&f, Export::Members(None)).await;
    let rows = records(&text);
    assert_eq!(
        rows[0],
        ["id", "external_id", "email", "name", "locale", "created_at"]
    );
    let names: Vec<&str> = rows[1..].iter().map(|row| row[3].as_str()).collect();
    let expected = [
        "小明",
        "a,\"b\" c",
        "'@SUM",
        "'-1",
        "'+1",
        "'=HYPERLINK(\"x\")",
    ];
    assert_eq!(names, expected);
    let found = csv(&f, Export::Members(Some("M3".to_owned()))).await;
    assert_eq!(records(&found).len(), 2);
}

#[tokio::test]
async fn every_list_has_its_columns_and_filters_hold() {
    let f = Fixture::with(json!({ "rules": [units("thanks", "signup", "inviter", 5)] })).await;
    let (ada, code) = f.inviter().await;
    f.signup(&code, "ben").await.unwrap();
    f.days_pass(2);
    f.signup(&code, "cem").await.unwrap();
    let lists = [
        Export::Codes(CodeFilter::default()),
        Export::Invitations(InvitationFilter::default()),
        Export::Referrals(ReferralFilter::default()),
        Export::Grants(GrantFilter::default()),
        Export::Transfers(TransferFilter::of(ada.id)),
        Export::Audit(AuditFilter::default()),
        Export::Clicks(ClickFilter::default()),
    ];
    let mut sizes = Vec::new();
    for list in lists {
        let rows = records(&csv(&f, list).await);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        sizes.push(rows.len() - 1);
    }
    assert_eq!(sizes[..5], [1, 0, 2, 2, 2]);
    let since = Period {
        from: Some(f.clock.now() - TimeDelta::days(1)),
        until: None,
    };
    let filter = ReferralFilter {
        period: since,
        ..ReferralFilter::default()
    };
    assert_eq!(records(&csv(&f, Export::Referrals(filter)).await).len(), 2);
}

#[tokio::test]
async fn a_long_list_comes_whole_and_in_pieces() {
    let f = Fixture::new().await;
    let lines = (0..450)
        .map(|n| format!("LONG{n:04}"))
        .collect::<Vec<_>>()
        .join("\n");
    import_codes(&f.app, &f.cli(), f.id(), f.program.id, lines.as_bytes())
        .await
        .unwrap();
    let what = Export::Codes(CodeFilter::default());
    let stream = export(&f.app, &f.cli(), f.id(), what).await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(pieces.len(), 3);
    let rows = records(&String::from_utf8(pieces.concat()).unwrap());
    assert_eq!(rows.len(), 451, "one header");
    let mut codes: Vec<_> = rows[1..].iter().map(|row| row[1].clone()).collect();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 450);
}

#[tokio::test]
async fn who_may_not_read_a_list_gets_no_stream() {
    let f = Fixture::new().await;
    let analyst = f.as_actor(f.operator(Role::Analyst).await);
    let refused = export(&f.app, &analyst, f.id(), Export::Members(None)).await;
    assert_eq!(
        refused.err().unwrap().problem().code,
        ProblemCode::Forbidden
    );
    let growth = f.as_actor(f.operator(Role::Reviewer).await);
    let codes = import_codes(&f.app, &growth, f.id(), f.program.id, b"SPRING").await;
    assert_eq!(refusal(codes), ProblemCode::Forbidden);
}

#[tokio::test]
async fn codes_are_imported_and_each_line_that_is_none_is_told() {
    let f = Fixture::new().await;
    let (app, ctx, program) = (&f.app, f.cli(), f.program.id);
    import_codes(app, &ctx, f.id(), program, b"TAKEN")
        .await
        .unwrap();
    let file = "\u{feff}Code,max_uses,expires_at\r\nSPRING-26,5,2030-01-01T00:00:00Z\r\ntaken,,\r\n\
        spring26,,\r\nno good!,,\r\nSUMMER,0,\r\nAUTUMN,,yesterday\r\nWINTER\r\n\r\nA,B,C,D\r\n,,\r\n";
    let report = import_codes(app, &ctx, f.id(), program, file.as_bytes())
        .await
        .unwrap();
    assert_eq!((report.added, report.duplicates), (2, 2));
    let lines: Vec<_> = report
        .refused
        .iter()
        .map(|refused| (refused.line, refused.code))
        .collect();
    let expected = [
        (5, ProblemCode::CodeUnsuitable),
        (6, ProblemCode::ValidationFailed),
        (7, ProblemCode::ValidationFailed),
        (10, ProblemCode::ValidationFailed),
    ];
    assert_eq!(lines, expected);
    let filter = CodeFilter {
        batch: Some(report.batch),
        ..CodeFilter::default()
    };
    let made = list_codes(app, &ctx, f.id(), filter, PageRequest::new(None, None))
        .await
        .unwrap()
        .items;
    let spring = made.iter().find(|code| code.key == "SPR1NG26").unwrap();
    assert_eq!(
        (spring.text.as_str(), spring.max_uses),
        ("SPRING-26", Some(5))
    );
    assert_eq!((spring.kind, spring.owner), (CodeKind::Vanity, None));
    assert!(made.iter().any(|code| code.text == "WINTER"));
}

#[tokio::test]
async fn an_import_has_an_end_and_survives_any_bytes() {
    let f = Fixture::new().await;
    let (app, ctx, program) = (&f.app, f.cli(), f.program.id);
    let many = (0..10_001)
        .map(|n| format!("CODE{n:05}"))
        .collect::<Vec<_>>()
        .join("\n");
    let refused = import_codes(app, &ctx, f.id(), program, many.as_bytes()).await;
    assert_eq!(wrong_fields(refused), ["csv"]);
    let none = list_codes(
        app,
        &ctx,
        f.id(),
        CodeFilter::default(),
        PageRequest::new(None, None),
    );
    assert!(none.await.unwrap().items.is_empty(), "nothing half");
    let bytes = b"\xff\xfe\x00\n\"open\nGOOD\n\n";
    let report = import_codes(app, &ctx, f.id(), program, bytes)
        .await
        .unwrap();
    assert_eq!(report.added, 0);
    assert_eq!(report.refused.len(), 2, "{report:?}");
    let empty = import_codes(app, &ctx, f.id(), program, b"").await.unwrap();
    assert_eq!((empty.added, empty.refused.len()), (0, 0));
}
