//! Lists as CSV: page by page, so that however long a list is, one page of it is held.

use std::{future::ready, sync::Arc};

use bytes::Bytes;
use domain::webhooks::DeliveryState;
use futures::{
    StreamExt,
    stream::{BoxStream, once, try_unfold},
};
use kernel::{Ctx, EndpointId, Page, PageRequest, ProblemCode, ProjectId};
use store::{
    AuditFilter, ClickFilter, CodeFilter, GrantFilter, InvitationFilter, ReferralFilter,
    TransferFilter,
};

use crate::{
    App, AppResult, audit::list_audit, clicks::list_clicks, codes::list_codes,
    invitations::list_invitations, ledger::list_all_transfers, members::list_members,
    referrals::list_referrals, rewards::list_grants, webhooks::list_deliveries,
};

mod rows;

use rows::Row;

/// Which list, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// Members, as [`list_members`] searches them.
    Members(Option<String>),
    /// Codes.
    Codes(CodeFilter),
    /// Addressed invitations.
    Invitations(InvitationFilter),
    /// Referrals.
    Referrals(ReferralFilter),
    /// Grants.
    Grants(GrantFilter),
    /// Movements of value.
    Transfers(TransferFilter),
    /// The project's audit trail.
    Audit(AuditFilter),
    /// Clicks.
    Clicks(ClickFilter),
    /// Messages to an endpoint, in one state where it is given.
    Deliveries(EndpointId, Option<DeliveryState>),
}

/// CSV as it is being written.
pub type Csv = BoxStream<'static, AppResult<Bytes>>;

/// A page of it, and how to go on.
struct Written {
    bytes: Bytes,
    next: Option<String>,
}

/// A list as CSV (RFC 4180, UTF-8) with a header of stable English names. What a spreadsheet would take for a formula has
/// an apostrophe before it. The first page is read before this returns, so that a refusal is an error here and not in the
/// stream.
///
/// # Errors
/// Those of the list.
pub async fn export(app: &App, ctx: &Ctx, project: ProjectId, what: Export) -> AppResult<Csv> {
    let what = Arc::new(what);
    let newest = PageRequest::new(None, Some(PageRequest::MAX));
    let first = what.page(app, ctx, project, newest, true).await?;
    let (app, ctx) = (app.clone(), ctx.clone());
    let rest = try_unfold(first.next, move |next| {
        let (app, ctx, what) = (app.clone(), ctx.clone(), Arc::clone(&what));
        async move {
            let Some(next) = next else { return Ok(None) };
            let page = PageRequest::parse(Some(&next), None, Some(PageRequest::MAX))
                .map_err(|_| ProblemCode::Internal)?;
            let written = what.page(&app, &ctx, project, page, false).await?;
            Ok(Some((written.bytes, written.next)))
        }
    });
    Ok(once(ready(Ok(first.bytes))).chain(rest).boxed())
}

impl Export {
    async fn page(
        &self,
        app: &App,
        ctx: &Ctx,
        project: ProjectId,
        page: PageRequest,
        header: bool,
    ) -> AppResult<Written> {
        match self {
            Self::Members(search) => written(
                list_members(app, ctx, project, search.as_deref(), page).await?,
                header,
            ),
            Self::Codes(filter) => written(
                list_codes(app, ctx, project, filter.clone(), page).await?,
                header,
            ),
            Self::Invitations(filter) => written(
                list_invitations(app, ctx, project, filter.clone(), page).await?,
                header,
            ),
            Self::Referrals(filter) => written(
                list_referrals(app, ctx, project, filter.clone(), page).await?,
                header,
            ),
            Self::Grants(filter) => written(
                list_grants(app, ctx, project, filter.clone(), page).await?,
                header,
            ),
            Self::Transfers(filter) => written(
                list_all_transfers(app, ctx, project, filter.clone(), page).await?,
                header,
            ),
            Self::Audit(filter) => written(
                list_audit(app, ctx, Some(project), filter.clone(), page).await?,
                header,
            ),
            Self::Clicks(filter) => written(
                list_clicks(app, ctx, project, filter.clone(), page).await?,
                header,
            ),
            Self::Deliveries(endpoint, state) => written(
                list_deliveries(app, ctx, project, *endpoint, *state, page).await?,
                header,
            ),
        }
    }
}

fn written<T: Row>(page: Page<T>, header: bool) -> AppResult<Written> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let mut write = || {
        if header {
            writer.write_record(T::HEADER)?;
        }
        for item in &page.items {
            writer.write_record(item.cells().into_iter().map(guarded))?;
        }
        writer.flush().map_err(csv::Error::from)
    };
    // Nothing can go wrong in memory but the number of cells.
    write().map_err(|_| ProblemCode::Internal)?;
    let bytes = writer
        .into_inner()
        .map_err(|_| ProblemCode::Internal)?
        .into();
    Ok(Written {
        bytes,
        next: page.next,
    })
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that no spreadsheet takes for a formula.
fn guarded(cell: String) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// The cell as it was before an export guarded it.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(inner) if inner.starts_with(FORMULA) => inner,
        _ => cell,
    }
}
