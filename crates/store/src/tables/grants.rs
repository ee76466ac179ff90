//! `grants`: Rewards of members.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub program_id: Uuid,
    pub version: i64,
    pub rule_key: String,
    pub referral_id: Uuid,
    pub event_id: Uuid,
    pub member_id: Uuid,
    pub side: String,
    pub reward: String,
    pub unit: Option<String>,
    pub amount: i64,
    pub remaining: i64,
    pub clawed: i64,
    pub state: String,
    pub approval: bool,
    pub reason: Option<String>,
    pub due_at: Option<DateTimeUtc>,
    pub expire_after_days: Option<i64>,
    pub order_key: Option<String>,
    pub coupon: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl crate::scope::Owned for Entity {
    const PROJECT: Column = Column::ProjectId;
}
