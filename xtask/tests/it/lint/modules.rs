use xtask::lint::Rule;

use super::{at, places};

#[test]
fn a_file_of_400_lines_passes_and_one_more_is_found() {
    let longest = "// a line\n".repeat(400);
    let longer = "// a line\n".repeat(401);
    assert_eq!(places(&[("crates/app/src/rewards.rs", &longest)]), []);
    for file in [
        "crates/app/src/rewards.rs",
        "crates/web/page.html",
        "crates/web/a.css",
        "scripts/a.sh",
        "deny.toml",
    ] {
        assert_eq!(places(&[(file, &longer)]), at(Rule::Length, file));
    }
}

#[test]
fn a_lock_file_may_be_long() {
    assert_eq!(places(&[("Cargo.lock", &"\n".repeat(5000))]), []);
}

#[test]
fn vague_names_are_found_in_paths_and_in_code() {
    for file in [
        "crates/app/src/utils.rs",
        "crates/app/src/helpers/text.rs",
        "crates/common/src/text.rs",
    ] {
        assert_eq!(places(&[(file, "")]), at(Rule::ModuleName, file));
    }
    let inline = "fn first() {}\npub(crate) mod misc {\n}\n";
    assert_eq!(
        places(&[("crates/app/src/text.rs", inline)]),
        at(Rule::ModuleName, "crates/app/src/text.rs:2")
    );
}

#[test]
fn a_name_that_only_contains_a_vague_word_is_fine() {
    assert_eq!(
        places(&[("crates/app/src/service_level.rs", "mod commonplace {}\n")]),
        []
    );
}

#[test]
fn mod_rs_is_found() {
    let file = "crates/app/src/rewards/mod.rs";
    assert_eq!(places(&[(file, "")]), at(Rule::ModRs, file));
}

#[test]
fn tests_beside_the_code_are_found() {
    for attribute in [
        "#[cfg(test)]",
        "    #[test]",
        "#[tokio::test(start_paused = true)]",
    ] {
        let text = format!("fn code() {{}}\n\n{attribute}\nmod it;\n");
        let place = "crates/app/src/rewards.rs:3";
        assert_eq!(
            places(&[("crates/app/src/rewards.rs", &text)]),
            at(Rule::InlineTest, place)
        );
        assert_eq!(places(&[("crates/app/tests/it/rewards.rs", &text)]), []);
    }
}

#[test]
fn the_orm_is_known_to_store_alone() {
    let code = concat!("use sea", "_orm::EntityTrait;\n");
    assert_eq!(places(&[("crates/store/src/codes.rs", code)]), []);
    assert_eq!(
        places(&[("crates/app/src/codes.rs", code)]),
        at(Rule::Orm, "crates/app/src/codes.rs")
    );

    let manifest = concat!("sea", "-orm.workspace = true\n");
    let files = [
        ("crates/app/Cargo.toml", manifest),
        ("crates/app/README.md", "# App\n"),
    ];
    assert_eq!(places(&files), at(Rule::Orm, "crates/app/Cargo.toml"));
}

#[test]
fn a_crate_without_readme_is_found() {
    let manifest = ("crates/app/Cargo.toml", "[package]\n");
    assert_eq!(
        places(&[manifest]),
        at(Rule::Readme, "crates/app/Cargo.toml")
    );
}

#[test]
fn a_readme_that_the_crate_does_not_include_is_found() {
    let files = [
        ("crates/app/Cargo.toml", "[package]\n"),
        ("crates/app/README.md", "# App\n"),
        ("crates/app/src/lib.rs", "//! Another text.\n"),
    ];
    assert_eq!(places(&files), at(Rule::Readme, "crates/app/src/lib.rs"));
}
