//! Lists: `{items, next, prev}`, `?limit&after` or `?limit&before`.

use kernel::{PageRequest, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Send it as `after` to continue; null on the last page.
    #[schema(required)]
    pub(crate) next: Option<String>,
    /// Send it as `before` to go back; null on the first page.
    #[schema(required)]
    pub(crate) prev: Option<String>,
}

impl<T> Page<T> {
    /// A list that is never longer than one page.
    pub(crate) fn whole(items: impl IntoIterator<Item: Into<T>>) -> Self {
        let items = items.into_iter().map(Into::into).collect();
        Self {
            items,
            next: None,
            prev: None,
        }
    }
}

impl<T, U: Into<T>> From<kernel::Page<U>> for Page<T> {
    fn from(page: kernel::Page<U>) -> Self {
        let items = page.items.into_iter().map(Into::into).collect();
        Self {
            items,
            next: page.next,
            prev: page.prev,
        }
    }
}

/// The page that a query asks for.
pub(crate) fn page_request(
    limit: Option<u16>,
    after: Option<&str>,
    before: Option<&str>,
) -> Result<PageRequest, Problem> {
    if before.is_some() && after.is_some() {
        let detail = "Send `after` or `before`, not both.";
        return Err(Problem::field("before", "invalid", detail));
    }
    PageRequest::parse(after, before, limit).map_err(|_| {
        let (field, cursor) = match before {
            None => ("after", "next"),
            Some(_) => ("before", "prev"),
        };
        let detail = format!("Send `{cursor}` of a page of this list, unchanged.");
        Problem::field(field, "invalid", &detail)
    })
}

/// The query of a list: its filters, with `limit`, `after` and `before`.
macro_rules! list_query {
    ($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(super) struct $name {
            $($(#[$meta])* $field: $kind,)*
            /// At most so many items: 1 to 200; 50 where it is absent.
            limit: Option<u16>,
            /// Continue after this: `next` of the page before.
            after: Option<String>,
            /// The page before this: `prev` of the page after.
            before: Option<String>,
        }

        impl $name {
            /// The page that is asked for.
            fn page(&self) -> Result<kernel::PageRequest, kernel::Problem> {
                $crate::page::page_request(
                    self.limit,
                    self.after.as_deref(),
                    self.before.as_deref(),
                )
            }
        }
    };
}

pub(crate) use list_query;

/// Nothing or one: a list that was narrowed to one thing.
pub(crate) fn found<T>(result: app::AppResult<T>) -> app::AppResult<Option<T>> {
    match result {
        Ok(item) => Ok(Some(item)),
        Err(error) if error.problem().code == kernel::ProblemCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
