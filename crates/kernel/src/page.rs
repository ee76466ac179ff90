//! Cursor pagination, forwards and backwards.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The item at an end of a page. Opaque at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub Uuid);

/// The text is no cursor that this server gave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(self.0.as_bytes()))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| CursorError)?;
        Uuid::from_slice(&bytes).map(Self).map_err(|_| CursorError)
    }
}

/// Where in its list a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the beginning.
    First,
    /// Right after this item.
    After(Cursor),
    /// Right before this item.
    Before(Cursor),
}

/// Which page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Where it lies.
    pub place: Place,
    /// At most this many items, 1 to [`PageRequest::MAX`].
    pub limit: u16,
}

impl PageRequest {
    /// The most items a page holds.
    pub const MAX: u16 = 200;

    /// The page after an item, or the first one; its limit brought into range.
    pub fn new(after: Option<Cursor>, limit: Option<u16>) -> Self {
        Self::at(after.map_or(Place::First, Place::After), limit)
    }

    /// The page at a place, its limit brought into range.
    pub fn at(place: Place, limit: Option<u16>) -> Self {
        Self {
            place,
            limit: limit.unwrap_or(50).clamp(1, Self::MAX),
        }
    }

    /// The page that a URL names: at most one of `after` and `before`, which are a [`Page`]'s `next` and `prev`.
    ///
    /// # Errors
    /// One of them is no cursor, or both are given.
    pub fn parse(
        after: Option<&str>,
        before: Option<&str>,
        limit: Option<u16>,
    ) -> Result<Self, CursorError> {
        let place = match (after, before) {
            (None, None) => Place::First,
            (Some(after), None) => Place::After(after.parse()?),
            (None, Some(before)) => Place::Before(before.parse()?),
            (Some(_), Some(_)) => return Err(CursorError),
        };
        Ok(Self::at(place, limit))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Names the page after this one; absent on the last page.
    pub next: Option<String>,
    /// Names the page before this one; absent on the first page.
    pub prev: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of what was read for `page`: one item more than asked for, where there is one, and beginning with
    /// the item next to the place, so that what lies before a place is read backwards.
    pub fn cut(mut items: Vec<T>, page: PageRequest, key: impl Fn(&T) -> Uuid) -> Self {
        let more = items.len() > usize::from(page.limit);
        items.truncate(usize::from(page.limit));
        if matches!(page.place, Place::Before(_)) {
            items.reverse();
        }
        // What the place names lies on the other side.
        let (before, after) = match page.place {
            Place::First => (false, more),
            Place::After(_) => (true, more),
            Place::Before(_) => (more, true),
        };
        let cursor = |item: Option<&T>| item.map(|item| Cursor(key(item)).to_string());
        let next = cursor(items.last().filter(|_| after));
        let prev = cursor(items.first().filter(|_| before));
        Self { items, next, prev }
    }

    /// A list that is never longer than one page.
    pub const fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next: None,
            prev: None,
        }
    }

    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
            prev: self.prev,
        }
    }
}
