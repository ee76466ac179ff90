//! The language of a page: chosen in the address, kept in a cookie, else the browser's.

use http::{HeaderMap, Uri, header};
use notify::Locale;

/// The name of the cookie that keeps the choice.
pub(crate) const COOKIE: &str = "inviter_lang";

/// The language that an address asks for: `?lang=zh`.
pub(crate) fn chosen(uri: &Uri) -> Option<Locale> {
    let query = uri.query()?.as_bytes();
    let tag = url::form_urlencoded::parse(query)
        .find(|(name, _)| name == "lang")?
        .1;
    (!tag.is_empty()).then(|| Locale::of(&tag))
}

/// The language for a request that asks for none.
pub(crate) fn kept(headers: &HeaderMap) -> Locale {
    if let Some(tag) = cookie(headers, COOKIE) {
        return Locale::of(&tag);
    }
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let first = accepted
        .split(',')
        .map(|part| part.split(';').next().unwrap_or("").trim())
        .find(|tag| tag.starts_with("zh") || tag.starts_with("en"));
    Locale::of(first.unwrap_or("en"))
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
