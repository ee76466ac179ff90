//! `events`: Ingested events with the answers they got.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub event_key: String,
    pub fingerprint: Vec<u8>,
    pub kind: String,
    pub member_id: Uuid,
    pub referral_id: Option<Uuid>,
    pub event: String,
    pub outcome: String,
    pub occurred_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl crate::scope::Owned for Entity {
    const PROJECT: Column = Column::ProjectId;
}
