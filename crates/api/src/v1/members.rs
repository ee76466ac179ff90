//! Members: the people of the host application.

use domain::members;

use crate::prelude::*;

mod balances;
mod get;
mod invitees;
mod inviters;
mod link;
mod list;
mod notices;
mod overview;
mod position;
mod read;
mod referrals;
mod rewards;
pub(super) mod shapes;
mod spend;
mod timeline;
mod transfers;
mod upsert;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, upsert::upsert))
        .routes(routes!(get::get))
        .routes(routes!(overview::overview))
        .routes(routes!(link::link))
        .routes(routes!(balances::balances))
        .routes(routes!(transfers::transfers))
        .routes(routes!(spend::spend))
        .routes(routes!(referrals::referrals))
        .routes(routes!(invitees::invitees))
        .routes(routes!(inviters::inviters))
        .routes(routes!(timeline::timeline))
        .routes(routes!(rewards::rewards))
        .routes(routes!(notices::notices))
        .routes(routes!(read::read))
        .routes(routes!(position::position))
}

/// A person of the host application.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Member {
    /// Its id here, `mem_…`.
    id: String,
    /// Your id of the person.
    #[schema(required)]
    external_id: Option<String>,
    /// E-mail as written.
    #[schema(required)]
    email: Option<String>,
    /// Name.
    #[schema(required)]
    name: Option<String>,
    /// `en` or `zh`.
    locale: String,
    /// When first seen.
    created_at: DateTime<Utc>,
}

impl From<members::Member> for Member {
    fn from(member: members::Member) -> Self {
        Self {
            id: member.id.to_string(),
            external_id: member.external_id,
            email: member.email,
            name: member.name,
            locale: member.locale,
            created_at: member.created_at,
        }
    }
}
