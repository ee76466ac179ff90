//! Tenancy: everything of a project is reached through [`InProject`], which puts the project into each query.

use kernel::{PageRequest, ProjectId, Timestamp};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
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

/// A page of a list, newest first, with one row more than asked for: it tells whether the list goes on.
pub(crate) fn newest<E: EntityTrait>(
    query: Select<E>,
    id: E::Column,
    page: PageRequest,
) -> Select<E> {
    let query = match page.after {
        Some(cursor) => query.filter(id.lt(cursor.0)),
        None => query,
    };
    query.order_by_desc(id).limit(u64::from(page.limit) + 1)
}

/// The same for rows whose id does not carry their time: `after` is the time and id of the row where the page before
/// ended.
pub(crate) fn newest_by_time<E: EntityTrait>(
    query: Select<E>,
    (time, id): (E::Column, E::Column),
    after: Option<(Timestamp, Uuid)>,
    limit: u16,
) -> Select<E> {
    let query = match after {
        // The first half lets an index find the place, the second half is exact.
        Some((at, row)) => query
            .filter(time.lte(at))
            .filter(Condition::any().add(time.lt(at)).add(id.lt(row))),
        None => query,
    };
    query
        .order_by_desc(time)
        .order_by_desc(id)
        .limit(u64::from(limit) + 1)
}
