//! Light, dark, or as the system says.

use http::HeaderMap;

use super::locale::cookie;

/// The name of the cookie that keeps the choice.
pub(crate) const COOKIE: &str = "inviter_theme";

/// What the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value in cookies and of `data-theme`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a name; any other is as the system says.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The theme that a request's cookie names.
    pub(crate) fn kept(headers: &HeaderMap) -> Self {
        cookie(headers, COOKIE).map_or_else(Self::default, |name| Self::of(&name))
    }
}
