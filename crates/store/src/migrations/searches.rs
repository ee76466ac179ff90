//! What lists and searches need beyond the first tables: names in whatever case, messages and notices by id, and the audit
//! trail by whom and about what.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::ddl::{Step, added, index, maybe, no_index, text};
use crate::{members::name_key, tables::members};

/// Members that are looked at together.
const STRETCH: u64 = 1000;

pub(super) fn statements() -> Vec<Step> {
    vec![
        added("members", maybe(text("name_key", 191))),
        ("name_keys".to_owned(), super::Statement::NameKeys),
        index("members", &["project_id", "name_key"]),
        no_index("members", &["project_id", "name"]),
        index("notices", &["member_id", "id"]),
        no_index("notices", &["member_id", "created_at"]),
        index("deliveries", &["endpoint_id", "id"]),
        no_index("deliveries", &["endpoint_id", "created_at"]),
        index("audit", &["project_id", "actor", "seq"]),
        index("audit", &["project_id", "subject", "seq"]),
    ]
}

/// Gives every member with a name its key. May run again.
pub(super) async fn fill_name_keys<C: ConnectionTrait>(conn: &C) -> Result<(), DbErr> {
    use members::Column;
    let mut last = Uuid::nil();
    loop {
        let names: Vec<(Uuid, String)> = members::Entity::find()
            .filter(Column::Id.gt(last))
            .filter(Column::Name.is_not_null())
            .order_by_asc(Column::Id)
            .limit(STRETCH)
            .select_only()
            .column(Column::Id)
            .column(Column::Name)
            .into_tuple()
            .all(conn)
            .await?;
        let Some((end, _)) = names.last() else {
            return Ok(());
        };
        last = *end;
        for (id, name) in names {
            members::Entity::update_many()
                .col_expr(Column::NameKey, name_key(&name).into())
                .filter(Column::Id.eq(id))
                .exec(conn)
                .await?;
        }
    }
}
