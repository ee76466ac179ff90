//! What a caller is told of a failure.

use inviter_app::AppError;
use kernel::ProblemCode;
use store::StoreError;

#[test]
fn what_the_database_cannot_do_at_this_moment_is_unavailable() {
    for error in [
        StoreError::NoWriter,
        StoreError::Stale("a row"),
        StoreError::Unavailable("no answer".to_owned()),
    ] {
        let told = AppError::from(error).problem();
        assert_eq!(told.code, ProblemCode::Unavailable, "{told:?}");
    }
}

#[test]
fn what_should_never_be_is_internal_and_says_nothing_of_it() {
    let error = StoreError::Inconsistent {
        table: "codes",
        column: "kind",
        cause: "no such kind".to_owned(),
    };
    let told = AppError::from(error).problem();
    assert_eq!(told.code, ProblemCode::Internal);
    assert!(!format!("{told:?}").contains("no such kind"), "{told:?}");
}
