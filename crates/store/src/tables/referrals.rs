//! `referrals`: Who invited whom.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referrals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub program_id: Uuid,
    pub version: i64,
    pub inviter_id: Option<Uuid>,
    pub invitee_id: Uuid,
    pub code_id: Uuid,
    pub click_id: Option<Uuid>,
    pub source: String,
    pub channel: String,
    pub state: String,
    pub verdict: String,
    pub score: i64,
    pub reason: Option<String>,
    pub address_hash: Option<Vec<u8>>,
    pub device_hash: Option<Vec<u8>>,
    pub expires_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub qualified_at: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl crate::scope::Owned for Entity {
    const PROJECT: Column = Column::ProjectId;
}
