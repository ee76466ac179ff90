//! Tenancy: everything of a project is reached through [`InProject`], which puts the project into each query.

use kernel::{PageRequest, Place, ProjectId, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

/// Something that can run queries. [`crate::Reader`] and [`crate::WriteTx`] are; only the latter's
/// repositories have methods that write.
pub trait Conn: Send + Sync {
    /// The connection beneath.
    type C: ConnectionTrait;

    /// The connection beneath.
    fn conn(&self) -> &Self::C;
}

/// What belongs to one project.
pub struct InProject<'a, C> {
    pub(crate) db: &'a C,
    pub(crate) project: ProjectId,
}

impl<C> Clone for InProject<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for InProject<'_, C> {}

impl<C> std::fmt::Debug for InProject<'_, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("InProject").field(&self.project).finish()
    }
}

impl<'a, C> InProject<'a, C> {
    pub(crate) const fn new(db: &'a C, project: ProjectId) -> Self {
        Self { db, project }
    }

    /// Which project.
    pub const fn id(&self) -> ProjectId {
        self.project
    }
}

/// An entity whose rows belong to a project.
pub(crate) trait Owned: EntityTrait {
    /// The column that says whose.
    const PROJECT: Self::Column;

    /// A query for the rows of one project.
    fn of(project: ProjectId) -> Select<Self> {
        Self::find().filter(Self::PROJECT.eq(project.uuid()))
    }
}

/// The rows of a page of a list, newest first, as [`kernel::Page::cut`] takes them.
pub(crate) fn newest<E: EntityTrait>(
    query: Select<E>,
    id: E::Column,
    page: PageRequest,
) -> Select<E> {
    let query = match page.place {
        Place::First => query.order_by_desc(id),
        Place::After(cursor) => query.filter(id.lt(cursor.0)).order_by_desc(id),
        Place::Before(cursor) => query.filter(id.gt(cursor.0)).order_by_asc(id),
    };
    query.limit(u64::from(page.limit) + 1)
}

/// The rows of a page, of those that several walks found for it: each once, in the page's order, and as many as it takes.
pub(crate) fn merged<R, K: Ord>(
    mut rows: Vec<R>,
    key: impl Fn(&R) -> K,
    page: PageRequest,
) -> Vec<R> {
    rows.sort_unstable_by_key(&key);
    rows.dedup_by_key(|row| key(row));
    if !matches!(page.place, Place::Before(_)) {
        rows.reverse();
    }
    rows.truncate(usize::from(page.limit) + 1);
    rows
}

/// The rows that were made in a period, by the time in their ids.
pub(crate) fn made_in<E: EntityTrait>(
    query: Select<E>,
    id: E::Column,
    period: Period,
) -> Select<E> {
    let mut query = query;
    if let Some(from) = period.from {
        query = query.filter(id.gte(first_id_at(from)));
    }
    if let Some(until) = period.until {
        query = query.filter(id.lt(first_id_at(until)));
    }
    query
}

/// What no id of this millisecond or later is below.
pub(crate) fn first_id_at(at: Timestamp) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

/// A stretch of time, to the millisecond.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// From then on; none: from the beginning.
    pub from: Option<Timestamp>,
    /// Until right before then; none: until now.
    pub until: Option<Timestamp>,
}
