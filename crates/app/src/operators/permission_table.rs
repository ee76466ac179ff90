//! Who may do what, for people to read.

use std::fmt::Write;

use domain::people::{Permission, Role};

/// The permissions of every role as a Markdown table.
///
/// # Panics
/// Never: writing to a string does not fail.
pub fn permission_table() -> String {
    let mut table = String::from("| Permission | What it permits |");
    for role in Role::ALL {
        write!(table, " {role:?} |").expect("writing to a string does not fail");
    }
    table.push_str("\n|---|---|");
    table.push_str(&":-:|".repeat(Role::ALL.len()));
    for permission in Permission::ALL {
        write!(table, "\n| `{permission}` | {} |", permission.description())
            .expect("writing to a string does not fail");
        for role in Role::ALL {
            table.push_str(if role.permits(*permission) {
                " ✓ |"
            } else {
                " |"
            });
        }
    }
    table.push('\n');
    table
}
