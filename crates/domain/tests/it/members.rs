use inviter_domain::members::{canonical_email, email_key};

#[test]
fn the_key_of_an_email_ignores_case_and_blanks_only() {
    assert_eq!(email_key("  Ada.L+x@Example.ORG "), "ada.l+x@example.org");
}

#[test]
fn spellings_of_one_mailbox_fall_together() {
    let table = [
        ("A.d.a+spam@gmail.com", "ada@gmail.com"),
        ("ada@googlemail.com", "ada@gmail.com"),
        ("ada+1@outlook.com", "ada@outlook.com"),
        ("ada.l+1@outlook.com", "ada.l@outlook.com"),
        ("ada-shop@yahoo.com", "ada@yahoo.com"),
        // Elsewhere dots, dashes and plus signs may tell people apart.
        ("a.d.a+1@example.org", "a.d.a+1@example.org"),
        ("ada-shop@gmail.com", "ada-shop@gmail.com"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("no address", "no address"),
    ];
    for (written, canonical) in table {
        assert_eq!(canonical_email(written), canonical, "{written}");
    }
}
