//! In-app notices.

use domain::notices::Notice;
use kernel::{MemberId, NoticeId, Page, PageRequest, ProjectId, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{
    convert::{document, name, parsed, variant},
    error::{StoreError, StoreResult},
    rows::insert_absent,
    scope::{Conn, InProject, Owned, newest},
    tables::notices,
    transact::WriteTx,
};

/// The notices of a project's members.
#[derive(Debug)]
pub struct Notices<'a, C>(InProject<'a, C>);

impl<'a, C> InProject<'a, C> {
    /// Notices of its members.
    pub const fn notices(self) -> Notices<'a, C> {
        Notices(self)
    }
}

impl<C: Conn> Notices<'_, C> {
    /// A page of a member's notices, newest first; only unread ones where `unread` says so.
    pub async fn list(
        &self,
        member: MemberId,
        unread: bool,
        page: PageRequest,
    ) -> StoreResult<Page<Notice>> {
        use notices::Column;
        let mut query =
            notices::Entity::of(self.0.project).filter(Column::MemberId.eq(member.uuid()));
        if unread {
            query = query.filter(Column::ReadAt.is_null());
        }
        let rows = newest(query, Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Notice::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |notice: &Notice| notice.id.uuid()))
    }

    /// How many notices a member has not read.
    pub async fn unread_count(&self, member: MemberId) -> StoreResult<u64> {
        Ok(notices::Entity::of(self.0.project)
            .filter(notices::Column::MemberId.eq(member.uuid()))
            .filter(notices::Column::ReadAt.is_null())
            .count(self.0.db.conn())
            .await?)
    }
}

impl Notices<'_, WriteTx> {
    /// Adds notices. One that is there already stays as it is: ids are derived from the cause.
    pub async fn insert_all(&self, notices: &[Notice]) -> StoreResult<()> {
        let rows = notices
            .iter()
            .map(|notice| notices::Model {
                id: notice.id.uuid(),
                project_id: self.0.project.uuid(),
                member_id: notice.member.uuid(),
                kind: name(&notice.kind),
                data: document(&notice.data),
                read_at: notice.read_at,
                created_at: notice.created_at,
            })
            .collect();
        insert_absent::<notices::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Marks a member's notices as read: those with these ids, or all where none are named. What was read before
    /// keeps its date.
    pub async fn mark_read(
        &self,
        member: MemberId,
        ids: Option<&[NoticeId]>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut update = notices::Entity::update_many()
            .col_expr(notices::Column::ReadAt, now.into())
            .filter(notices::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(notices::Column::MemberId.eq(member.uuid()))
            .filter(notices::Column::ReadAt.is_null());
        if let Some(ids) = ids {
            update = update.filter(notices::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
        }
        update.exec(self.0.db.conn()).await?;
        Ok(())
    }
}

impl TryFrom<notices::Model> for Notice {
    type Error = StoreError;

    fn try_from(row: notices::Model) -> StoreResult<Self> {
        Ok(Self {
            id: NoticeId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            member: MemberId::from_uuid(row.member_id),
            kind: variant(&row.kind, "notices", "kind")?,
            data: parsed(&row.data, "notices", "data")?,
            read_at: row.read_at,
            created_at: row.created_at,
        })
    }
}
