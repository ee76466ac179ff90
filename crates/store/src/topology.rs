//! Which member of a MySQL group is what, at this moment.

mod probe;

pub use probe::{MemberRole, MemberState, MemberView, probe};
