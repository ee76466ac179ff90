//! Programs and their versions.

use domain::programs::{Program, ProgramStatus, ProgramVersion};
use kernel::{Page, PageRequest, ProgramId, ProjectId, Timestamp};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    convert::{document, name, number, parsed, variant},
    error::{StoreError, StoreResult},
    rows::padded,
    scope::{Conn, InProject, Owned, newest},
    tables::{program_versions, programs},
    transact::WriteTx,
};

/// The programs of a project.
#[derive(Debug)]
pub struct Programs<'a, C>(InProject<'a, C>);

impl<'a, C> InProject<'a, C> {
    /// Its programs.
    pub const fn programs(self) -> Programs<'a, C> {
        Programs(self)
    }
}

impl<C: Conn> Programs<'_, C> {
    /// The program with this id.
    pub async fn find(&self, id: ProgramId) -> StoreResult<Option<Program>> {
        Ok(self.find_all(&[id]).await?.pop())
    }

    /// The programs with these ids.
    pub async fn find_all(&self, ids: &[ProgramId]) -> StoreResult<Vec<Program>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = programs::Entity::of(self.0.project)
            .filter(programs::Column::Id.is_in(padded(ids.iter().map(|id| id.uuid()))))
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(Program::try_from).collect()
    }

    /// The program with this slug.
    pub async fn find_by_slug(&self, slug: &str) -> StoreResult<Option<Program>> {
        let row = programs::Entity::of(self.0.project)
            .filter(programs::Column::Slug.eq(slug))
            .one(self.0.db.conn())
            .await?;
        row.map(Program::try_from).transpose()
    }

    /// A page of programs, newest first.
    pub async fn list(&self, page: PageRequest) -> StoreResult<Page<Program>> {
        let query = programs::Entity::of(self.0.project);
        let rows = newest(query, programs::Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Program::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |program: &Program| {
            program.id.uuid()
        }))
    }

    /// Every version of a program, newest first.
    pub async fn versions(&self, id: ProgramId) -> StoreResult<Vec<ProgramVersion>> {
        let rows = program_versions::Entity::of(self.0.project)
            .filter(program_versions::Column::ProgramId.eq(id.uuid()))
            .order_by_desc(program_versions::Column::Version)
            .all(self.0.db.conn())
            .await?;
        rows.into_iter().map(ProgramVersion::try_from).collect()
    }

    /// One version of a program.
    pub async fn version(
        &self,
        id: ProgramId,
        version: u32,
    ) -> StoreResult<Option<ProgramVersion>> {
        let row = program_versions::Entity::of(self.0.project)
            .filter(program_versions::Column::ProgramId.eq(id.uuid()))
            .filter(program_versions::Column::Version.eq(i64::from(version)))
            .one(self.0.db.conn())
            .await?;
        row.map(ProgramVersion::try_from).transpose()
    }
}

impl Programs<'_, WriteTx> {
    /// Adds a program with its first version.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the slug is taken.
    pub async fn insert(&self, program: &Program, author: &str) -> StoreResult<()> {
        let row = programs::Model {
            id: program.id.uuid(),
            project_id: self.0.project.uuid(),
            slug: program.slug.clone(),
            kind: name(&program.kind),
            status: name(&program.status),
            version: i64::from(program.version),
            settings: document(&program.settings),
            joined: 0,
            created_at: program.created_at,
            updated_at: program.updated_at,
        };
        programs::Entity::insert(row.into_active_model())
            .exec_without_returning(self.0.db.conn())
            .await?;
        self.insert_version(program, author).await
    }

    /// Puts new settings in force as the next version.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where somebody else made that version first.
    pub async fn revise(&self, program: &Program, author: &str) -> StoreResult<()> {
        let changed = programs::Entity::update_many()
            .col_expr(programs::Column::Version, i64::from(program.version).into())
            .col_expr(
                programs::Column::Settings,
                document(&program.settings).into(),
            )
            .col_expr(programs::Column::UpdatedAt, program.updated_at.into())
            .filter(programs::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(programs::Column::Id.eq(program.id.uuid()))
            .filter(programs::Column::Version.eq(i64::from(program.version) - 1))
            .exec(self.0.db.conn())
            .await?;
        if changed.rows_affected != 1 {
            return Err(StoreError::Stale("the program"));
        }
        self.insert_version(program, author).await
    }

    /// Moves a program from one status to another.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where it is not in the first one any more.
    pub async fn set_status(
        &self,
        id: ProgramId,
        from: ProgramStatus,
        to: ProgramStatus,
        now: Timestamp,
    ) -> StoreResult<()> {
        let changed = programs::Entity::update_many()
            .col_expr(programs::Column::Status, name(&to).into())
            .col_expr(programs::Column::UpdatedAt, now.into())
            .filter(programs::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(programs::Column::Id.eq(id.uuid()))
            .filter(programs::Column::Status.eq(name(&from)))
            .exec(self.0.db.conn())
            .await?;
        if changed.rows_affected == 1 {
            Ok(())
        } else {
            Err(StoreError::Stale("the program"))
        }
    }

    /// Counts `joined` more people into a waitlist; gives the number of the first of them, from 1.
    pub async fn count_joined(&self, id: ProgramId, joined: i64) -> StoreResult<i64> {
        programs::Entity::update_many()
            .col_expr(
                programs::Column::Joined,
                Expr::col(programs::Column::Joined).add(joined),
            )
            .filter(programs::Column::ProjectId.eq(self.0.project.uuid()))
            .filter(programs::Column::Id.eq(id.uuid()))
            .exec(self.0.db.conn())
            .await?;
        let total: Option<i64> = programs::Entity::of(self.0.project)
            .filter(programs::Column::Id.eq(id.uuid()))
            .select_only()
            .column(programs::Column::Joined)
            .into_tuple()
            .one(self.0.db.conn())
            .await?;
        Ok(total.unwrap_or(joined) - joined + 1)
    }

    async fn insert_version(&self, program: &Program, author: &str) -> StoreResult<()> {
        let row = program_versions::Model {
            project_id: self.0.project.uuid(),
            program_id: program.id.uuid(),
            version: i64::from(program.version),
            settings: document(&program.settings),
            author: author.to_owned(),
            created_at: program.updated_at,
        };
        program_versions::Entity::insert(row.into_active_model())
            .exec_without_returning(self.0.db.conn())
            .await?;
        Ok(())
    }
}

impl TryFrom<programs::Model> for Program {
    type Error = StoreError;

    fn try_from(row: programs::Model) -> StoreResult<Self> {
        Ok(Self {
            id: ProgramId::from_uuid(row.id),
            project: ProjectId::from_uuid(row.project_id),
            slug: row.slug,
            kind: variant(&row.kind, "programs", "kind")?,
            status: variant(&row.status, "programs", "status")?,
            version: number(row.version, "programs", "version")?,
            settings: parsed(&row.settings, "programs", "settings")?,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

impl TryFrom<program_versions::Model> for ProgramVersion {
    type Error = StoreError;

    fn try_from(row: program_versions::Model) -> StoreResult<Self> {
        Ok(Self {
            program: ProgramId::from_uuid(row.program_id),
            version: number(row.version, "program_versions", "version")?,
            settings: parsed(&row.settings, "program_versions", "settings")?,
            author: row.author,
            created_at: row.created_at,
        })
    }
}
