//! `GET /api/v1/transfers`

use app::{Period, ledger::TransferFilter};
use kernel::Unit;

use crate::{prelude::*, v1::members::shapes::Transfer};

list_query! {
    /// Which transfers.
    AllTransfersQuery {
        /// Only on the accounts of this member, `mem_…`.
        #[param(value_type = Option<String>)]
        member_id: Option<MemberId>,
        /// Only of this unit.
        #[param(value_type = Option<String>)]
        unit: Option<Unit>,
        /// Only from then on.
        since: Option<DateTime<Utc>>,
        /// Only before then.
        until: Option<DateTime<Utc>>,
    }
}

failures!(reads: ValidationFailed);

/// Lists the movements on all accounts.
#[utoipa::path(get, path = "/api/v1/transfers", tag = "transfers", operation_id = "list_all_transfers",
    params(AllTransfersQuery),
    responses((status = 200, description = "A page of transfers.", body = Page<Transfer>), Failure))]
pub(super) async fn list(
    State(app): State<App>,
    Caller { ctx, project }: Caller,
    Params(query): Params<AllTransfersQuery>,
) -> Answer<Page<Transfer>> {
    let page = query.page()?;
    let filter = TransferFilter {
        member: query.member_id,
        unit: query.unit,
        grant: None,
        period: Period {
            from: query.since,
            until: query.until,
        },
    };
    shown(app::ledger::list_all_transfers(&app, &ctx, project, filter, page).await?)
}
