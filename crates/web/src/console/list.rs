//! Lists whose filters and place stand in the address.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::{Page, PageRequest};
use url::form_urlencoded::{Serializer, parse};

/// Rows of a page.
const ROWS: u16 = 25;

/// What the address of a list says.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    path: String,
    query: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Listing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            path: parts.uri.path().to_owned(),
            query: parse(query.as_bytes()).into_owned().collect(),
        })
    }
}

impl Listing {
    /// A filter; empty where it is not set.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// A filter in its type; none where it is not set or means nothing.
    pub(crate) fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// A filter of a closed set, by its stable name.
    pub(crate) fn choose<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(self.get(name).into()).ok()
    }

    /// Which page is asked for.
    pub(crate) fn page(&self) -> PageRequest {
        PageRequest::new(self.parse("after"), Some(ROWS))
    }

    /// Whether any filter is set.
    pub(crate) fn is_filtered(&self) -> bool {
        self.query
            .iter()
            .any(|(name, value)| name != "after" && !value.is_empty())
    }

    /// The first page, where this is another.
    pub(crate) fn first(&self) -> Option<String> {
        (!self.get("after").is_empty()).then(|| self.with("after", ""))
    }

    /// The page after this one.
    pub(crate) fn next<T>(&self, page: &Page<T>) -> Option<String> {
        page.next.as_deref().map(|next| self.with("after", next))
    }

    /// The same list with another value of a filter; from its first page, unless that is what changes.
    pub(crate) fn with(&self, name: &str, value: &str) -> String {
        let kept = self
            .query
            .iter()
            .filter(|(key, value)| key != name && key != "after" && !value.is_empty());
        let mut query = Serializer::new(String::new());
        query.extend_pairs(kept);
        if !value.is_empty() {
            query.append_pair(name, value);
        }
        format!("{}?{}", self.path, query.finish())
    }

    /// The same rows as a file: the page of this name below the list.
    pub(crate) fn export(&self) -> String {
        let (path, query) = self
            .with("after", "")
            .split_once('?')
            .map(|(path, query)| (path.to_owned(), query.to_owned()))
            .unwrap_or_default();
        format!("{path}/export.csv?{query}")
    }
}
