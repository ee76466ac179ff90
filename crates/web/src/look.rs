//! How things look: the preferences of the person, and what every page shows around its content.

mod assets;
mod chart;
pub(crate) mod filters;
mod frame;
mod locale;
mod theme;
mod times;

pub(crate) use assets::{asset, script, serve, style};
pub(crate) use chart::{Chart, Series};
pub(crate) use filters::counted;
pub(crate) use frame::{Frame, preferences};
pub(crate) use locale::cookie;
pub(crate) use theme::Theme;
pub(crate) use times::grouped;
