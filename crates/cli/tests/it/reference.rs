use serde_json::Value;

use crate::program::{data_dir, said};

#[test]
fn every_page_has_something_to_say() {
    let data = data_dir();
    let page = |topic| said(data.path(), &["reference", topic]);
    for (topic, part) in [
        ("config", "`server.bind`"),
        ("metrics", "`inviter_group_commit_duration_seconds`"),
        ("permissions", "codes:read"),
        ("problems", "| `invite_code_exhausted` | 409 |"),
    ] {
        assert!(page(topic).contains(part), "{topic}: {}", page(topic));
    }
    let document: Value = serde_json::from_str(&page("openapi")).unwrap();
    assert!(document["paths"].as_object().unwrap().len() > 10);
}

#[test]
fn the_page_of_the_command_line_has_every_command_and_option() {
    let data = data_dir();
    let page = said(data.path(), &["reference", "cli"]);
    for part in [
        "## `inviter serve`",
        "## `inviter migrate plan`",
        "| `--set <KEY=VALUE>` |",
        "`INVITER_CONFIG`",
        "| `--role <ROLE>` | `owner` |",
        "| `--email <EMAIL>` | required |",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("inviter reference"), "{page}");
    assert_eq!(page.matches("`--config <FILE>`").count(), 1, "{page}");
}
