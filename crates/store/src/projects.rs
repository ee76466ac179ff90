//! Projects.

use domain::projects::{Mode, Project};
use kernel::ProjectId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    convert::{document, name, parsed, variant},
    directory::Directory,
    error::{StoreError, StoreResult},
    rows::insert_all,
    scope::Conn,
    tables::projects,
    transact::WriteTx,
};

impl<C: Conn> Directory<'_, C> {
    /// Every project, by slug, live before test.
    pub async fn projects(&self) -> StoreResult<Vec<Project>> {
        let rows = projects::Entity::find()
            .order_by_asc(projects::Column::Slug)
            .order_by_asc(projects::Column::Mode)
            .all(self.0.conn())
            .await?;
        rows.into_iter().map(Project::try_from).collect()
    }

    /// The project with this id.
    pub async fn project(&self, id: ProjectId) -> StoreResult<Option<Project>> {
        let row = projects::Entity::find_by_id(id.uuid())
            .one(self.0.conn())
            .await?;
        row.map(Project::try_from).transpose()
    }

    /// The project with this slug in this mode.
    pub async fn project_by_slug(&self, slug: &str, mode: Mode) -> StoreResult<Option<Project>> {
        let row = projects::Entity::find()
            .filter(projects::Column::Slug.eq(slug))
            .filter(projects::Column::Mode.eq(name(&mode)))
            .one(self.0.conn())
            .await?;
        row.map(Project::try_from).transpose()
    }
}

impl Directory<'_, WriteTx> {
    /// Adds a project.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the slug is taken in this mode.
    pub async fn insert_project(&self, project: &Project) -> StoreResult<()> {
        let row = projects::Model {
            id: project.id.uuid(),
            slug: project.slug.clone(),
            mode: name(&project.mode),
            name: project.name.clone(),
            settings: document(&project.settings),
            created_at: project.created_at,
        };
        insert_all::<projects::Entity, _, _>(self.0.conn(), vec![row]).await
    }

    /// Writes a project's changeable fields: name and settings.
    pub async fn update_project(&self, project: &Project) -> StoreResult<()> {
        projects::Entity::update_many()
            .col_expr(projects::Column::Name, project.name.clone().into())
            .col_expr(
                projects::Column::Settings,
                document(&project.settings).into(),
            )
            .filter(projects::Column::Id.eq(project.id.uuid()))
            .exec(self.0.conn())
            .await?;
        Ok(())
    }
}

impl TryFrom<projects::Model> for Project {
    type Error = StoreError;

    fn try_from(row: projects::Model) -> StoreResult<Self> {
        Ok(Self {
            id: ProjectId::from_uuid(row.id),
            slug: row.slug,
            mode: variant(&row.mode, "projects", "mode")?,
            name: row.name,
            settings: parsed(&row.settings, "projects", "settings")?,
            created_at: row.created_at,
        })
    }
}
