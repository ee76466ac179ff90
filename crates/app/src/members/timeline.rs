//! All that concerns one member, in one list.

use domain::{
    audit::AuditEntry,
    ledger::Transfer,
    notices::Notice,
    people::Permission,
    referrals::{Referral, StoredEvent},
    rewards::Grant,
};
use kernel::{Ctx, MemberId, Page, PageRequest, Place, ProjectId, Timestamp};
use store::{AuditFilter, EventFilter, GrantFilter, ReferralFilter, Trail, TransferFilter};
use uuid::Uuid;

use crate::{App, AppResult, access::known_member};

/// Audit entries about a member that are looked at: the newest.
const AUDITED: u16 = 1000;

/// One thing about a member.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub item: TimelineItem,
    /// Its place in the list.
    key: Uuid,
}

/// What an entry tells of.
#[derive(Debug, Clone, PartialEq)]
pub enum TimelineItem {
    /// The host application told of something.
    Event(Box<StoredEvent>),
    /// The member was invited.
    Joined(Box<Referral>),
    /// The member brought somebody in.
    BroughtIn(Box<Referral>),
    /// The member was rewarded.
    Granted(Box<Grant>),
    /// Something moved on the member's accounts.
    Moved(Box<Transfer>),
    /// The member was told something.
    Told(Box<Notice>),
    /// Somebody did something about the member.
    Audited(Box<AuditEntry>),
}

/// Whether a timeline holds what the member was told. Most of it tells of what has an entry of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notices {
    /// It does.
    With,
    /// It does not, and they are not read.
    Without,
}

/// A page of all that concerns a member, newest first: events, referrals, grants, transfers, notices where they are
/// wanted, and audit entries, as far as the actor may read them. Each stands at the time when it came into being.
///
/// # Errors
/// `not_found`; this needs `members:read` at least.
pub async fn timeline(
    app: &App,
    ctx: &Ctx,
    project: ProjectId,
    member: MemberId,
    notices: Notices,
    page: PageRequest,
) -> AppResult<Page<TimelineEntry>> {
    app.authorize(ctx, project, Permission::MembersRead).await?;
    known_member(app, project, member).await?;
    // One more of each kind than asked for tells whether the list goes on.
    let each = PageRequest {
        limit: page.limit + 1,
        ..page
    };
    let mut entries = Vec::new();
    if app.may(ctx, project, Permission::ReferralsRead).await? {
        referred(app, project, member, each, &mut entries).await?;
    }
    let reader = app.store().read();
    let scope = reader.project(project);
    if app.may(ctx, project, Permission::RewardsRead).await? {
        let filter = GrantFilter {
            member: Some(member),
            ..GrantFilter::default()
        };
        let grants = scope.grants().list(&filter, each).await?;
        extend(&mut entries, grants.items, |it| {
            (
                it.id.uuid(),
                it.created_at,
                TimelineItem::Granted(it.into()),
            )
        });
    }
    if app.may(ctx, project, Permission::LedgerRead).await? {
        let transfers = scope
            .ledger()
            .transfers(&TransferFilter::of(member), each)
            .await?;
        extend(&mut entries, transfers.items, |it| {
            (it.id.uuid(), it.at, TimelineItem::Moved(it.into()))
        });
    }
    if notices == Notices::With {
        let notices = scope.notices().list(member, false, each).await?;
        extend(&mut entries, notices.items, |it| {
            (it.id.uuid(), it.created_at, TimelineItem::Told(it.into()))
        });
    }
    if app.may(ctx, project, Permission::AuditRead).await? {
        audited(app, project, member, &mut entries).await?;
    }
    Ok(merged(entries, page))
}

/// The place of an audit entry among ids, which begin with their time too.
fn audit_key(entry: &AuditEntry) -> Uuid {
    let millis = u128::try_from(entry.at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128((millis << 80) | u128::from(entry.seq.unsigned_abs()))
}

fn merged(mut entries: Vec<TimelineEntry>, page: PageRequest) -> Page<TimelineEntry> {
    match page.place {
        Place::First => {}
        Place::After(cursor) => entries.retain(|entry| entry.key < cursor.0),
        Place::Before(cursor) => entries.retain(|entry| entry.key > cursor.0),
    }
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key));
    if matches!(page.place, Place::Before(_)) {
        entries.reverse();
    }
    Page::cut(entries, page, |entry| entry.key)
}

/// Events, and referrals on either side.
async fn referred(
    app: &App,
    project: ProjectId,
    member: MemberId,
    page: PageRequest,
    entries: &mut Vec<TimelineEntry>,
) -> AppResult<()> {
    let reader = app.store().read();
    let scope = reader.project(project);
    let about = EventFilter {
        member: Some(member),
        ..EventFilter::default()
    };
    let events = scope.events().list(&about, page).await?;
    extend(entries, events.items, |it| {
        (it.id.uuid(), it.created_at, TimelineItem::Event(it.into()))
    });
    let joining = ReferralFilter {
        invitee: Some(member),
        ..ReferralFilter::default()
    };
    let joined = scope.referrals().list(&joining, page).await?;
    extend(entries, joined.items, |it| {
        (it.id.uuid(), it.created_at, TimelineItem::Joined(it.into()))
    });
    let bringing = ReferralFilter {
        inviter: Some(member),
        ..ReferralFilter::default()
    };
    let brought = scope.referrals().list(&bringing, page).await?;
    extend(entries, brought.items, |it| {
        (
            it.id.uuid(),
            it.created_at,
            TimelineItem::BroughtIn(it.into()),
        )
    });
    Ok(())
}

/// What somebody did about the member.
async fn audited(
    app: &App,
    project: ProjectId,
    member: MemberId,
    entries: &mut Vec<TimelineEntry>,
) -> AppResult<()> {
    let subject = AuditFilter {
        subject: Some(member.to_string()),
        ..AuditFilter::default()
    };
    let newest = PageRequest {
        place: Place::First,
        limit: AUDITED,
    };
    let reader = app.store().read();
    let directory = reader.directory();
    let audit = directory
        .audit_entries(Trail::Project(project), &subject, newest)
        .await?;
    extend(entries, audit.items, |it| {
        (audit_key(&it), it.at, TimelineItem::Audited(it.into()))
    });
    Ok(())
}

fn extend<T>(
    entries: &mut Vec<TimelineEntry>,
    items: Vec<T>,
    entry: impl Fn(T) -> (Uuid, Timestamp, TimelineItem),
) {
    entries.extend(
        items
            .into_iter()
            .map(entry)
            .map(|(key, at, item)| TimelineEntry { at, item, key }),
    );
}
