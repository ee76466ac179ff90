//! `clicks`: Clicks on links.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "clicks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub program_id: Uuid,
    pub code_id: Uuid,
    pub at: DateTimeUtc,
    pub channel: String,
    pub utm: String,
    pub address_hash: Option<Vec<u8>>,
    pub agent_hash: Option<Vec<u8>>,
    pub referrer: Option<String>,
    pub bot: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl crate::scope::Owned for Entity {
    const PROJECT: Column = Column::ProjectId;
}
