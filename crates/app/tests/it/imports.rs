//! Files of members, and of more codes than are added at once.

use std::fmt::Write;

use domain::codes::generate;
use inviter_app::{
    codes::import_all_codes,
    members::{NewMember, find_member, import_members, list_members, upsert_member},
};
use kernel::PageRequest;

use crate::fixture::Fixture;

#[tokio::test]
async fn a_line_that_contradicts_a_member_keeps_the_whole_file_out() {
    let f = Fixture::new().await;
    let (app, ctx) = (&f.app, f.cli());
    let ann = NewMember {
        external_id: Some("1".to_owned()),
        email: Some("ann@example.com".to_owned()),
        ..NewMember::default()
    };
    upsert_member(app, &ctx, f.id(), ann).await.unwrap();
    let csv = b"email,external_id\r\nbob@example.com,2\r\nANN@example.com,9\r\n";
    let report = import_members(app, &ctx, f.id(), csv, |_| {})
        .await
        .unwrap();
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|line| (line.line, line.column.as_str()))
        .collect();
    assert_eq!((report.added, refused), (0, vec![(3, "email")]));
    let newest = PageRequest::new(None, None);
    let members = list_members(app, &ctx, f.id(), None, newest).await.unwrap();
    assert_eq!(members.items.len(), 1);

    let csv = b"external_id,name\n1,Ann\n2,Bob\n";
    let report = import_members(app, &ctx, f.id(), csv, |_| {})
        .await
        .unwrap();
    assert_eq!((report.added, report.updated, report.unchanged), (1, 1, 0));
    let ann = find_member(app, &ctx, f.id(), "1").await.unwrap();
    assert_eq!(
        (ann.name.as_deref(), ann.email.as_deref()),
        (Some("Ann"), Some("ann@example.com"))
    );
}

#[tokio::test]
async fn the_first_line_names_columns_that_there_are() {
    let f = Fixture::new().await;
    for (csv, column) in [
        (&b"external_id,e-mail\n1,a@example.com\n"[..], "e-mail"),
        (b"1,a@example.com\n", ""),
        (b"external_id\n1,2\n", ""),
        (b"external_id\n\xff\n", "external_id"),
    ] {
        let report = import_members(&f.app, &f.cli(), f.id(), csv, |_| {})
            .await
            .unwrap();
        let refused: Vec<_> = report
            .refused
            .iter()
            .map(|line| line.column.as_str())
            .collect();
        assert_eq!((report.added, refused), (0, vec![column]));
    }
    let report = import_members(&f.app, &f.cli(), f.id(), b"", |_| {})
        .await
        .unwrap();
    assert_eq!((report.added, report.refused.len()), (0, 0));
}

#[tokio::test]
async fn long_files_go_in_a_stretch_at_a_time() {
    let f = Fixture::new().await;
    let (app, ctx) = (&f.app, f.cli());
    let mut people = "external_id\n".to_owned();
    let mut codes = String::new();
    for number in 0..10_001 {
        if number < 1_001 {
            writeln!(people, "person-{number}").unwrap();
        }
        // Numbers in a row would spell words that no code may hold.
        writeln!(codes, "{}", generate(12, ctx.entropy.as_ref())).unwrap();
    }
    let mut heard = Vec::new();
    let report = import_members(app, &ctx, f.id(), people.as_bytes(), |done| {
        heard.push(done);
    })
    .await
    .unwrap();
    assert_eq!((report.added, heard), (1_001, vec![500, 1_000, 1_001]));
    let mut heard = Vec::new();
    let program = f.program.id;
    let report = import_all_codes(app, &ctx, f.id(), program, codes.as_bytes(), |done| {
        heard.push(done);
    })
    .await
    .unwrap();
    assert_eq!(report.refused, []);
    assert_eq!((report.added, heard), (10_001, vec![10_000, 10_001]));
    codes.push_str("!\n");
    let report = import_all_codes(app, &ctx, f.id(), program, codes.as_bytes(), |_| {})
        .await
        .unwrap();
    assert_eq!((report.added, report.refused.len()), (0, 1));
}
