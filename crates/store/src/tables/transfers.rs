//! `transfers`: Movements of value.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub debit_owner: Uuid,
    pub debit_kind: String,
    pub credit_owner: Uuid,
    pub credit_kind: String,
    pub unit: String,
    pub amount: i64,
    pub reason: String,
    pub grant_id: Option<Uuid>,
    pub event_id: Option<Uuid>,
    pub operation: Option<String>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl crate::scope::Owned for Entity {
    const PROJECT: Column = Column::ProjectId;
}
