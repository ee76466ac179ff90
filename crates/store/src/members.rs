//! Members.

use std::collections::HashMap;

use domain::members::Member;
use kernel::{MemberId, Page, PageRequest, Place, ProjectId};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use crate::{
    error::StoreResult,
    rows::{CHUNK, insert_all, padded},
    scope::{Conn, InProject, Owned, newest},
    tables::members,
    transact::WriteTx,
};

/// The most that a search finds by one of the things that it looks at.
pub const SEARCHED: u64 = 1000;
/// Characters of a name that are compared.
const NAME_KEY: usize = 191;

/// A name as searched for.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase().chars().take(NAME_KEY).collect()
}

/// The members of a project.
#[derive(Debug)]
pub struct Members<'a, C>(InProject<'a, C>);

impl<'a, C> InProject<'a, C> {
    /// Its members.
    pub const fn members(self) -> Members<'a, C> {
        Members(self)
    }
}

impl<C: Conn> Members<'_, C> {
    /// The member with this id.
    pub async fn find(&self, id: MemberId) -> StoreResult<Option<Member>> {
        let row = members::Entity::of(self.0.project)
            .filter(members::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        Ok(row.map(Member::from))
    }

    /// The members with these ids.
    pub async fn find_all(&self, ids: &[MemberId]) -> StoreResult<HashMap<MemberId, Member>> {
        let mut found = HashMap::with_capacity(ids.len());
        for some in ids.chunks(CHUNK) {
            let rows = members::Entity::of(self.0.project)
                .filter(members::Column::Id.is_in(padded(some.iter().map(|id| id.uuid()))))
                .all(self.0.db.conn())
                .await?;
            let members = rows.into_iter().map(Member::from);
            found.extend(members.map(|member| (member.id, member)));
        }
        Ok(found)
    }

    /// The members known by any of these external ids or e-mail keys.
    pub async fn find_known(
        &self,
        external_ids: &[&str],
        email_keys: &[&str],
    ) -> StoreResult<Vec<Member>> {
        self.all(self.known(external_ids, email_keys)).await
    }

    /// Asks for them; `None` where nothing is named.
    fn known(&self, external_ids: &[&str], email_keys: &[&str]) -> Option<Select<members::Entity>> {
        if external_ids.is_empty() && email_keys.is_empty() {
            return None;
        }
        let mut any = Condition::any();
        if !external_ids.is_empty() {
            any = any.add(members::Column::ExternalId.is_in(padded(external_ids.iter().copied())));
        }
        if !email_keys.is_empty() {
            any = any.add(members::Column::EmailKey.is_in(padded(email_keys.iter().copied())));
        }
        Some(members::Entity::of(self.0.project).filter(any))
    }

    async fn all(&self, query: Option<Select<members::Entity>>) -> StoreResult<Vec<Member>> {
        let Some(query) = query else {
            return Ok(Vec::new());
        };
        let rows = query.all(self.0.db.conn()).await?;
        Ok(rows.into_iter().map(Member::from).collect())
    }

    /// A page of members, newest first.
    pub async fn list(&self, page: PageRequest) -> StoreResult<Page<Member>> {
        let query = members::Entity::of(self.0.project);
        let rows = newest(query, members::Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        Ok(Page::cut(
            rows.into_iter().map(Member::from).collect(),
            page,
            |member| member.id.uuid(),
        ))
    }

    /// A page of the members whose external id, e-mail or name begins with `text`, in whatever case, newest first. Of
    /// more than [`SEARCHED`] that begin so in one of the three, only as many are found. An external id is found as it is
    /// written, in lower and in upper case.
    pub async fn search(&self, text: &str, page: PageRequest) -> StoreResult<Page<Member>> {
        use members::Column;
        let lower = text.to_lowercase();
        let mut spellings = vec![text.to_owned(), lower.clone(), text.to_uppercase()];
        spellings.sort_unstable();
        spellings.dedup();
        let mut ids = self.beginning_with(Column::EmailKey, &lower).await?;
        ids.extend(self.beginning_with(Column::NameKey, &lower).await?);
        for spelling in spellings {
            ids.extend(self.beginning_with(Column::ExternalId, &spelling).await?);
        }
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.dedup();
        match page.place {
            Place::First => {}
            Place::After(cursor) => ids.retain(|id| *id < cursor.0),
            Place::Before(cursor) => {
                ids.retain(|id| *id > cursor.0);
                ids.reverse();
            }
        }
        ids.truncate(usize::from(page.limit) + 1);
        let ids: Vec<MemberId> = ids.into_iter().map(MemberId::from_uuid).collect();
        let mut found = self.find_all(&ids).await?;
        let members = ids.iter().filter_map(|id| found.remove(id)).collect();
        Ok(Page::cut(members, page, |member| member.id.uuid()))
    }

    /// The ids of the members where a column begins with a text. A range reads one stretch of the column's index, and
    /// knows no wildcards.
    async fn beginning_with(&self, column: members::Column, text: &str) -> StoreResult<Vec<Uuid>> {
        Ok(members::Entity::of(self.0.project)
            .filter(column.gte(text))
            .filter(column.lt(format!("{text}\u{10FFFF}")))
            .limit(SEARCHED)
            .select_only()
            .column(members::Column::Id)
            .into_tuple()
            .all(self.0.db.conn())
            .await?)
    }
}

impl Members<'_, WriteTx> {
    /// The same as [`Self::find_known`], held until the commit: whatever else concerns one of these members comes before or after.
    pub async fn lock_known(
        &self,
        external_ids: &[&str],
        email_keys: &[&str],
    ) -> StoreResult<Vec<Member>> {
        let known = self.known(external_ids, email_keys);
        self.all(known.map(QuerySelect::lock_exclusive)).await
    }

    /// The member with this id, held until the commit: what is counted per member is counted under it.
    pub async fn lock(&self, id: MemberId) -> StoreResult<Option<Member>> {
        let row = members::Entity::of(self.0.project)
            .filter(members::Column::Id.eq(id.uuid()))
            .lock_exclusive()
            .one(self.0.db.conn())
            .await?;
        Ok(row.map(Member::from))
    }

    /// Adds members.
    ///
    /// # Errors
    /// [`crate::StoreError::Duplicate`] where an external id or e-mail is taken.
    pub async fn insert_all(&self, members: &[Member]) -> StoreResult<()> {
        let rows = members.iter().map(|member| self.row(member)).collect();
        insert_all::<members::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Writes a member's changeable fields: external id, e-mail, name, language.
    pub async fn update(&self, member: &Member) -> StoreResult<()> {
        let row = self.row(member);
        members::Entity::update_many()
            .col_expr(members::Column::ExternalId, row.external_id.into())
            .col_expr(members::Column::Email, row.email.into())
            .col_expr(members::Column::EmailKey, row.email_key.into())
            .col_expr(members::Column::Name, row.name.into())
            .col_expr(members::Column::NameKey, row.name_key.into())
            .col_expr(members::Column::Locale, row.locale.into())
            .filter(members::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(members::Column::Id.eq(member.id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }

    fn row(&self, member: &Member) -> members::Model {
        members::Model {
            id: member.id.uuid(),
            project_id: self.0.project.uuid(),
            external_id: member.external_id.clone(),
            email: member.email.clone(),
            email_key: member.email_key.clone(),
            name: member.name.clone(),
            name_key: member.name.as_deref().map(name_key),
            locale: member.locale.clone(),
            created_at: member.created_at,
        }
    }
}

impl From<members::Model> for Member {
    fn from(row: members::Model) -> Self {
        Self {
            id: MemberId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            external_id: row.external_id,
            email: row.email,
            email_key: row.email_key,
            name: row.name,
            locale: row.locale,
            created_at: row.created_at,
        }
    }
}
