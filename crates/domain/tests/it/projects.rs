use inviter_domain::projects::valid_slug;

#[test]
fn slugs_are_short_lower_case_and_dashed_inside() {
    for good in ["ab", "inspi-ai", "2026", &"a".repeat(48)] {
        assert!(valid_slug(good), "{good}");
    }
    for bad in [
        "",
        "a",
        "-ab",
        "ab-",
        "Ab",
        "a_b",
        "a b",
        "ä-b",
        "a/b",
        "..",
        &"a".repeat(49),
    ] {
        assert!(!valid_slug(bad), "{bad}");
    }
}
