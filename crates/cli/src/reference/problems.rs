//! Every problem that a caller can be told.

use std::fmt::Write;

use kernel::ProblemCode;

pub(super) fn page() -> String {
    let mut page = "# Problems\n\n\
        Errors are answered as `application/problem+json` (RFC 9457). `code` is the name to match on.\n\n\
        | Code | Status | Meaning |\n|---|---|---|\n"
        .to_owned();
    for code in ProblemCode::ALL {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            code.slug(),
            code.status(),
            code.title()
        );
    }
    page
}
