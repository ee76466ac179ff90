//! Clicks, and how far their journals were drained.

use domain::clicks::Click;
use kernel::{CodeId, Page, PageRequest, ProgramId, ProjectId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    convert::{bytes, document, parsed},
    error::{StoreError, StoreResult},
    rows::{insert_absent, upsert_all},
    scope::{Conn, InProject, Owned, Period, made_in, newest},
    store::Reader,
    tables::{clicks, journals},
    transact::WriteTx,
};

/// The clicks on links of a project.
#[derive(Debug)]
pub struct Clicks<'a, C>(InProject<'a, C>);

/// Which clicks a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClickFilter {
    /// On links of this program.
    pub program: Option<ProgramId>,
    /// On links with this code.
    pub code: Option<CodeId>,
    /// In this stretch of time.
    pub period: Period,
}

impl<'a, C> InProject<'a, C> {
    /// Clicks on its links.
    pub const fn clicks(self) -> Clicks<'a, C> {
        Clicks(self)
    }
}

impl<C: Conn> Clicks<'_, C> {
    /// The click with this id.
    pub async fn find(&self, id: Uuid) -> StoreResult<Option<Click>> {
        let row = clicks::Entity::of(self.0.project)
            .filter(clicks::Column::Id.eq(id))
            .one(self.0.db.conn())
            .await?;
        row.map(Click::try_from).transpose()
    }

    /// A page of clicks, newest first.
    pub async fn list(&self, filter: &ClickFilter, page: PageRequest) -> StoreResult<Page<Click>> {
        let of_project = clicks::Entity::of(self.0.project);
        let mut query = made_in(of_project, clicks::Column::Id, filter.period);
        if let Some(program) = filter.program {
            query = query.filter(clicks::Column::ProgramId.eq(program.uuid()));
        }
        if let Some(code) = filter.code {
            query = query.filter(clicks::Column::CodeId.eq(code.uuid()));
        }
        let rows = newest(query, clicks::Column::Id, page)
            .all(self.0.db.conn())
            .await?;
        let items = rows
            .into_iter()
            .map(Click::try_from)
            .collect::<StoreResult<_>>()?;
        Ok(Page::cut(items, page, |click: &Click| click.id))
    }
}

impl Reader {
    /// How far the journal called `name` was drained; 0 for a new one.
    pub async fn journal_position(&self, name: &str) -> StoreResult<i64> {
        let row = journals::Entity::find_by_id(name).one(self.conn()).await?;
        Ok(row.map_or(0, |row| row.position))
    }
}

impl WriteTx {
    /// Adds clicks of any project. One that is there already stays as it is: a journal may be drained twice.
    pub async fn clicks_insert(&self, clicks: &[Click]) -> StoreResult<()> {
        let rows = clicks.iter().map(clicks::Model::from).collect();
        insert_absent::<clicks::Entity, _, _>(self.conn(), rows).await
    }

    /// How far the journal called `name` was drained. Holds its row until the commit.
    pub async fn journal_position(&self, name: &str) -> StoreResult<i64> {
        if let Some(row) = self.journal_row(name).await? {
            return Ok(row.position);
        }
        // A row that is not there cannot be held.
        let row = journals::Model {
            name: name.to_owned(),
            position: 0,
        };
        insert_absent::<journals::Entity, _, _>(self.conn(), vec![row]).await?;
        Ok(self.journal_row(name).await?.map_or(0, |row| row.position))
    }

    async fn journal_row(&self, name: &str) -> StoreResult<Option<journals::Model>> {
        Ok(journals::Entity::find_by_id(name)
            .lock_exclusive()
            .one(self.conn())
            .await?)
    }

    /// Remembers that the journal called `name` was drained up to `position`.
    pub async fn set_journal_position(&self, name: &str, position: i64) -> StoreResult<()> {
        use journals::Column;
        let row = journals::Model {
            name: name.to_owned(),
            position,
        };
        upsert_all::<journals::Entity, _, _>(
            self.conn(),
            vec![row],
            [Column::Name],
            [Column::Position],
        )
        .await
    }
}

impl From<&Click> for clicks::Model {
    fn from(click: &Click) -> Self {
        Self {
            id: click.id,
            project_id: click.project.uuid(),
            program_id: click.program.uuid(),
            code_id: click.code.uuid(),
            at: click.at,
            channel: click.channel.clone(),
            utm: document(&click.utm),
            address_hash: click.address_hash.map(Vec::from),
            agent_hash: click.agent_hash.map(Vec::from),
            referrer: click.referrer.clone(),
            bot: click.bot,
        }
    }
}

impl TryFrom<clicks::Model> for Click {
    type Error = StoreError;

    fn try_from(row: clicks::Model) -> StoreResult<Self> {
        let hash = |value: Option<Vec<u8>>, column| {
            value
                .map(|value| bytes(&value, "clicks", column))
                .transpose()
        };
        Ok(Self {
            id: row.id,
            project: ProjectId::from_uuid(row.project_id),
            program: ProgramId::from_uuid(row.program_id),
            code: CodeId::from_uuid(row.code_id),
            at: row.at,
            channel: row.channel,
            utm: parsed(&row.utm, "clicks", "utm")?,
            address_hash: hash(row.address_hash, "address_hash")?,
            agent_hash: hash(row.agent_hash, "agent_hash")?,
            referrer: row.referrer,
            bot: row.bot,
        })
    }
}
