//! What the machine can do without the product.

mod rows;
pub(crate) mod sqlite;
