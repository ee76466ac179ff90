//! Invite codes.

use std::collections::BTreeMap;

use domain::codes::{Code, CodeKind};
use kernel::{CodeId, Cursor, MemberId, Page, PageRequest, Place, ProgramId, ProjectId, Timestamp};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    convert::{name, number, variant},
    error::{StoreError, StoreResult},
    rows::{CHUNK, insert_all, padded},
    scope::{Conn, InProject, Owned, newest},
    tables::codes,
    transact::WriteTx,
};

/// The codes of a project.
#[derive(Debug)]
pub struct Codes<'a, C>(InProject<'a, C>);

/// Which codes a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeFilter {
    /// Of this program.
    pub program: Option<ProgramId>,
    /// Of this member.
    pub owner: Option<MemberId>,
    /// Of this kind.
    pub kind: Option<CodeKind>,
    /// Made in this batch.
    pub batch: Option<String>,
    /// Standing so.
    pub state: Option<CodeState>,
    /// Whose key begins so; such a list is alphabetical.
    pub prefix: Option<String>,
}

/// Where a code stands. A code that is several of these is found as each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeState {
    /// Can be used.
    Live,
    /// Used as often as it may be.
    UsedUp,
    /// Past its time.
    Expired,
    /// Taken back.
    Revoked,
}

impl CodeState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Live, Self::UsedUp, Self::Expired, Self::Revoked];

    fn at(self, now: Timestamp) -> Condition {
        use codes::Column;
        let used_up = Expr::col(Column::Uses).gte(Expr::col(Column::MaxUses));
        let left = Expr::col(Column::Uses).lt(Expr::col(Column::MaxUses));
        match self {
            Self::Live => Condition::all()
                .add(Column::RevokedAt.is_null())
                .add(
                    Condition::any()
                        .add(Column::ExpiresAt.is_null())
                        .add(Column::ExpiresAt.gt(now)),
                )
                .add(Condition::any().add(Column::MaxUses.is_null()).add(left)),
            Self::UsedUp => Condition::all().add(used_up),
            Self::Expired => Condition::all().add(Column::ExpiresAt.lte(now)),
            Self::Revoked => Condition::all().add(Column::RevokedAt.is_not_null()),
        }
    }
}

impl<'a, C> InProject<'a, C> {
    /// Its codes.
    pub const fn codes(self) -> Codes<'a, C> {
        Codes(self)
    }
}

impl<C: Conn> Codes<'_, C> {
    /// The code with this id.
    pub async fn find(&self, id: CodeId) -> StoreResult<Option<Code>> {
        let row = codes::Entity::of(self.0.project)
            .filter(codes::Column::Id.eq(id.uuid()))
            .one(self.0.db.conn())
            .await?;
        row.map(Code::try_from).transpose()
    }

    /// The code with this key.
    pub async fn find_by_key(&self, key: &str) -> StoreResult<Option<Code>> {
        let row = codes::Entity::of(self.0.project)
            .filter(codes::Column::CodeKey.eq(key))
            .one(self.0.db.conn())
            .await?;
        row.map(Code::try_from).transpose()
    }

    /// The codes a member has in a program.
    pub async fn owned_by(&self, program: ProgramId, owner: MemberId) -> StoreResult<Vec<Code>> {
        let rows = codes::Entity::of(self.0.project)
            .filter(codes::Column::OwnerId.eq(owner.uuid()))
            .filter(codes::Column::ProgramId.eq(program.uuid()))
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Code::try_from).collect()
    }

    /// A page of codes as they stand at `now`: newest first, or by key where the filter has its beginning.
    pub async fn list(
        &self,
        filter: &CodeFilter,
        now: Timestamp,
        page: PageRequest,
    ) -> StoreResult<Page<Code>> {
        let mut query = codes::Entity::of(self.0.project);
        if let Some(program) = filter.program {
            query = query.filter(codes::Column::ProgramId.eq(program.uuid()));
        }
        if let Some(owner) = filter.owner {
            query = query.filter(codes::Column::OwnerId.eq(owner.uuid()));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(codes::Column::Kind.eq(name(&kind)));
        }
        if let Some(batch) = &filter.batch {
            query = query.filter(codes::Column::Batch.eq(batch));
        }
        if let Some(state) = filter.state {
            query = query.filter(state.at(now));
        }
        let query = match &filter.prefix {
            Some(prefix) => self.beginning_with(query, prefix, page).await?,
            None => newest(query, codes::Column::Id, page),
        };
        let rows = query.all(self.0.db.conn()).await?;
        let items = rows
            .into_iter()
            .map(Code::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |code: &Code| code.id.uuid()))
    }

    /// The rows of a page by key. A range reads one stretch of the key's index, and knows no wildcards.
    async fn beginning_with(
        &self,
        query: Select<codes::Entity>,
        prefix: &str,
        page: PageRequest,
    ) -> StoreResult<Select<codes::Entity>> {
        use codes::Column;
        let query = query
            .filter(Column::CodeKey.gte(prefix))
            .filter(Column::CodeKey.lt(format!("{prefix}\u{10FFFF}")))
            .limit(u64::from(page.limit) + 1);
        // After a code that is gone there is nothing: keys begin with text.
        let key = async |cursor: Cursor| {
            let code = self.find(CodeId::from_uuid(cursor.0)).await?;
            Ok::<_, StoreError>(code.map(|code| code.key).unwrap_or_default())
        };
        Ok(match page.place {
            Place::First => query.order_by_asc(Column::CodeKey),
            Place::After(cursor) => query
                .filter(Column::CodeKey.gt(key(cursor).await?))
                .order_by_asc(Column::CodeKey),
            Place::Before(cursor) => query
                .filter(Column::CodeKey.lt(key(cursor).await?))
                .order_by_desc(Column::CodeKey),
        })
    }

    /// How many codes a program has.
    pub async fn count(&self, program: ProgramId) -> StoreResult<u64> {
        Ok(codes::Entity::of(self.0.project)
            .filter(codes::Column::ProgramId.eq(program.uuid()))
            .count(self.0.db.conn())
            .await?)
    }
}

impl Codes<'_, WriteTx> {
    /// The codes with these keys or ids, held until the commit.
    pub async fn lock(&self, keys: &[&str], ids: &[CodeId]) -> StoreResult<Vec<Code>> {
        if keys.is_empty() && ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut any = Condition::any();
        if !keys.is_empty() {
            any = any.add(codes::Column::CodeKey.is_in(padded(keys.iter().copied())));
        }
        if !ids.is_empty() {
            any = any.add(codes::Column::Id.is_in(padded(ids.iter().map(|id| id.uuid()))));
        }
        let rows = codes::Entity::of(self.0.project)
            .filter(any)
            .lock_exclusive()
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Code::try_from).collect()
    }

    /// Adds codes.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where a key is taken.
    pub async fn insert_all(&self, new: &[Code]) -> StoreResult<()> {
        let rows = new.iter().map(|code| self.row(code)).collect();
        insert_all::<codes::Entity, _, _>(self.0.db.conn(), rows).await
    }

    /// Counts one more use of a code for each time that it is given. They are held by [`Self::lock`].
    pub async fn count_uses(&self, used: impl IntoIterator<Item = CodeId>) -> StoreResult<()> {
        use codes::Column;
        let mut uses: BTreeMap<Uuid, i64> = BTreeMap::new();
        for id in used {
            *uses.entry(id.uuid()).or_default() += 1;
        }
        let mut alike: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
        for (id, count) in uses {
            alike.entry(count).or_default().push(id);
        }
        for (count, ids) in alike {
            for ids in ids.chunks(CHUNK) {
                codes::Entity::update_many()
                    .col_expr(Column::Uses, Expr::col(Column::Uses).add(count))
                    .filter(Column::ProjectId.eq(self.0.project.uuid()))
                    .filter(Column::Id.is_in(padded(ids.iter().copied())))
                    .exec(self.0.db.conn())
                    .await?;
            }
        }
        Ok(())
    }

    /// Writes limit, expiry and revocation of a code held by [`Self::lock`].
    pub async fn save(&self, code: &Code) -> StoreResult<()> {
        use codes::Column;
        codes::Entity::update_many()
            .col_expr(Column::MaxUses, Expr::value(code.max_uses.map(i64::from)))
            .col_expr(Column::ExpiresAt, Expr::value(code.expires_at))
            .col_expr(Column::RevokedAt, Expr::value(code.revoked_at))
            .filter(Column::ProjectId.eq(self.0.project.uuid()))
            .filter(Column::Id.eq(code.id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        Ok(())
    }

    fn row(&self, code: &Code) -> codes::Model {
        codes::Model {
            id: code.id.uuid(),
            project_id: self.0.project.uuid(),
            program_id: code.program.uuid(),
            owner_id: code.owner.map(MemberId::uuid),
            text: code.text.clone(),
            code_key: code.key.clone(),
            kind: name(&code.kind),
            uses: i64::from(code.uses),
            max_uses: code.max_uses.map(i64::from),
            expires_at: code.expires_at,
            revoked_at: code.revoked_at,
            batch: code.batch.clone(),
            created_at: code.created_at,
        }
    }
}

impl TryFrom<codes::Model> for Code {
    type Error = StoreError;

    fn try_from(row: codes::Model) -> StoreResult<Self> {
        Ok(Self {
            id: CodeId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            program: ProgramId::from_uuid(row.program_id),
            owner: row.owner_id.map(MemberId::from_uuid),
            text: row.text,
            key: row.code_key,
            kind: variant(&row.kind, "codes", "kind")?,
            uses: number(row.uses, "codes", "uses")?,
            max_uses: row
                .max_uses
                .map(|uses| number(uses, "codes", "max_uses"))
                .transpose()?,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            batch: row.batch,
            created_at: row.created_at,
        })
    }
}
