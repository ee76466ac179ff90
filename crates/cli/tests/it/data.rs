//! Lists out, codes and members in.

use std::fs;

use crate::program::{complained, data_dir, run, said};

const PEOPLE: &str = "external_id,email,name,locale
1,ann@example.com,Ann,en
2,,=SUM(1),zh
3,cid@example.com,\"Cid, the third\",en
";

#[test]
fn members_go_out_and_into_another_installation_and_a_second_time_changes_nothing() {
    let (data, other) = (data_dir(), data_dir());
    let people = data.path().join("people.csv");
    fs::write(&people, PEOPLE).unwrap();
    let people = people.to_str().unwrap();
    for data in [data.path(), other.path()] {
        said(data, &["project", "create", "--slug", "my-app"]);
    }
    let added = said(
        data.path(),
        &["import", "members", "--project", "my-app", people],
    );
    assert_eq!(added, "3 members added, 0 updated, 0 unchanged\n");
    let file = data.path().join("out.csv");
    let file = file.to_str().unwrap();
    let output = run(
        data.path(),
        &["export", "members", "--project", "my-app", "--out", file],
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "3 rows\n");
    for told in [
        "3 members added, 0 updated, 0 unchanged\n",
        "0 members added, 0 updated, 3 unchanged\n",
    ] {
        assert_eq!(
            said(
                other.path(),
                &["import", "members", "--project", "my-app", file]
            ),
            told
        );
    }
    let known = |data| {
        let csv = said(data, &["export", "members", "--project", "my-app"]);
        let lines = csv.lines().map(|line| {
            let (_, rest) = line.split_once(',').unwrap();
            rest.rsplit_once(',').unwrap().0.to_owned()
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        lines
    };
    assert_eq!(known(data.path()), known(other.path()));
    assert!(known(other.path()).contains(&"2,,'=SUM(1),zh".to_owned()));
    let audit = said(other.path(), &["export", "audit", "--project", "my-app"]);
    assert_eq!(audit.matches("members.imported").count(), 1, "{audit}");
}

#[test]
fn one_bad_line_and_nothing_is_imported() {
    let data = data_dir();
    said(data.path(), &["project", "create", "--slug", "my-app"]);
    let file = data.path().join("bad.csv");
    fs::write(
        &file,
        format!("{PEOPLE}4,nobody,,\n1,other@example.com,,\n,,,fr\n"),
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let complaint = complained(
        data.path(),
        &["import", "members", "--project", "my-app", file],
    );
    for told in [
        "line 5, email: ",
        "line 6, external_id: Line 2 has the same.",
        "line 7, external_id: ",
        "line 7, locale: ",
        "Nothing was imported",
    ] {
        assert!(complaint.contains(told), "{told}: {complaint}");
    }
    let members = said(data.path(), &["export", "members", "--project", "my-app"]);
    assert_eq!(members.lines().count(), 1);
}

#[test]
fn codes_of_an_export_are_imported_whole_or_not_at_all() {
    let (data, other) = (data_dir(), data_dir());
    for data in [data.path(), other.path()] {
        said(data, &["demo", "--days", "7"]);
    }
    let program = "spring";
    let into = |data, file: &str| {
        run(
            data,
            &[
                "import",
                "codes",
                "--project",
                "demo",
                "--program",
                program,
                file,
            ],
        )
    };
    let file = data.path().join("codes.csv");
    fs::write(&file, "code,max_uses\nSPRING-26,5\nSUMMER-26,0\n").unwrap();
    let output = into(data.path(), file.to_str().unwrap());
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("line 3, max_uses: "), "{complaint}");
    let codes = said(data.path(), &["export", "codes", "--project", "demo"]);
    assert!(!codes.contains("SPRING"), "{codes}");

    fs::write(&file, "code,max_uses\nSPRING-26,5\nSUMMER-26,\n").unwrap();
    for told in ["2 codes added", "0 codes added"] {
        let output = into(data.path(), file.to_str().unwrap());
        let done = String::from_utf8(output.stdout).unwrap();
        assert!(done.starts_with(told), "{done}");
    }
    // The columns of an export stand elsewhere, and there are more of them.
    let codes = said(data.path(), &["export", "codes", "--project", "demo"]);
    let ours = codes
        .lines()
        .enumerate()
        .filter(|(place, line)| *place == 0 || line.contains("-26,"));
    let ours: Vec<_> = ours.map(|(_, line)| line).collect();
    assert_eq!(ours.len(), 3);
    fs::write(&file, ours.join("\r\n")).unwrap();
    let output = into(other.path(), file.to_str().unwrap());
    assert!(output.stdout.starts_with(b"2 codes added"), "{output:?}");
    let codes = said(other.path(), &["export", "codes", "--project", "demo"]);
    let spring = codes
        .lines()
        .find(|line| line.contains("SPRING-26"))
        .unwrap();
    assert_eq!(spring.split(',').nth(6), Some("5"), "{spring}");
}
