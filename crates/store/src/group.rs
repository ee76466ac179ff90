//! Operating a MySQL group: what its members say, what one of them should do next, and the statements that do it.
//!
//! This is the tool of whoever looks after the servers. What the application needs to know of them is in
//! [`topology`](crate::topology).

mod choose;
mod decide;
mod gtid;
mod member;

pub use choose::{Chosen, Undecided, choose};
pub use decide::{Facts, Known, Verdict, Waiting, Word, decide, live, split_brain};
pub use gtid::{GtidSet, NoGtidSet};
pub use member::{Account, Address, GroupError, Member, NoAddress};
