//! What the machine can do without the product.

pub(crate) mod disk;
pub(crate) mod http;
pub(crate) mod mysql;
pub(crate) mod rows;
pub(crate) mod sqlite;
