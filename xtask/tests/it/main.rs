//! Each rule is shown a tree that breaks it.

mod lint;
mod reference;
