//! One member: who they are, what they have, and one list at a time of what belongs to them.

use app::{
    codes::{CodeFilter, CodeState, link_url, list_codes},
    ledger::list_transfers,
    members::{
        Inviter, MemberOverview, Notices, inviter_of, member_overview, timeline as timeline_of,
    },
    notices::list_notices,
    rewards::{GrantFilter, list_grants},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use domain::{
    codes::Code, ledger::Transfer, members::Member, notices::Notice, people::Permission,
    rewards::Grant,
};
use http_kit::qr;
use kernel::{MemberId, Page, PageRequest};

use super::{
    super::{
        list::Listing,
        people::{People, called},
        story::Step,
    },
    timeline::{self, Moved},
    tree::{self, Branch},
};
use crate::{
    answer::{PageError, PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
    words::states,
};

/// Codes shown beside a member.
const CODES: u16 = 5;

/// What stands around every list of a member.
#[derive(Debug)]
pub(super) struct Head {
    overview: MemberOverview,
    inviters: Vec<Inviter>,
    people: People,
    links: Vec<Link>,
}

/// A code that the member shares.
#[derive(Debug)]
struct Link {
    code: Code,
    url: String,
    drawing: String,
}

/// Which list.
#[derive(Debug)]
enum Tab {
    Timeline(Vec<Step>),
    Invitees(Vec<Branch>),
    Rewards(Vec<Grant>),
    Transfers(Vec<Transfer>),
    Notices(Vec<Notice>),
}

#[derive(Template)]
#[template(path = "console/members/page.html")]
struct Shown<'a> {
    f: &'a Frame,
    c: &'a Console,
    head: Head,
    tab: Tab,
    first: Option<String>,
    next: Option<String>,
}

impl Head {
    pub(super) async fn load(desk: &Desk, id: MemberId) -> Result<Self, PageError> {
        let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
        let overview = member_overview(app, ctx, project, id).await?;
        let inviters = if desk.may(Permission::ReferralsRead) {
            inviter_of(app, ctx, project, id).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            overview,
            inviters,
            people: People::of(desk, vec![id]).await?,
            links: links(desk, id).await?,
        })
    }

    fn member(&self) -> &Member {
        &self.overview.member
    }
}

async fn links(desk: &Desk, owner: MemberId) -> Result<Vec<Link>, PageError> {
    if !desk.may(Permission::CodesRead) {
        return Ok(Vec::new());
    }
    let filter = CodeFilter {
        owner: Some(owner),
        state: Some(CodeState::Live),
        ..CodeFilter::default()
    };
    let few = PageRequest::new(None, Some(CODES));
    let codes = list_codes(&desk.app, &desk.ctx, desk.project.id, filter, few).await?;
    let link = |code: Code| {
        let url = link_url(&desk.app, &code.text).to_string();
        Link {
            drawing: qr::svg(&url).unwrap_or_default(),
            url,
            code,
        }
    };
    Ok(codes.items.into_iter().map(link).collect())
}

impl Shown<'_> {
    fn name(&self) -> String {
        called(self.head.member())
    }

    fn base(&self) -> String {
        self.c.at(&format!("members/{}", self.head.member().id))
    }

    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn called(&self, member: &Member) -> String {
        called(member)
    }

    const fn is_story(&self) -> bool {
        matches!(self.tab, Tab::Timeline(_))
    }

    fn may_spend(&self) -> bool {
        let some = |balance: &app::members::Balance| balance.available.is_positive();
        self.c.may(Permission::LedgerSpend) && self.head.overview.balances.iter().any(some)
    }

    /// The lists that the operator may see: address, name, whether it is this one.
    fn tabs(&self) -> Vec<(String, &'static str, bool)> {
        let t = &self.f.t.members;
        let (tab, base) = (&self.tab, self.base());
        let below = |page: &str| format!("{base}/{page}");
        let mut tabs = vec![(
            base.clone(),
            t.tab_timeline,
            matches!(tab, Tab::Timeline(_)),
        )];
        if self.c.may(Permission::ReferralsRead) {
            let current = matches!(tab, Tab::Invitees(_));
            tabs.push((below("invitees"), t.tab_tree, current));
        }
        if self.c.may(Permission::RewardsRead) {
            let current = matches!(tab, Tab::Rewards(_));
            tabs.push((below("rewards"), t.tab_rewards, current));
        }
        if self.c.may(Permission::LedgerRead) {
            let current = matches!(tab, Tab::Transfers(_));
            tabs.push((below("transfers"), t.tab_transfers, current));
        }
        let current = matches!(tab, Tab::Notices(_));
        tabs.push((below("notices"), t.tab_notices, current));
        tabs
    }

    fn moved(&self, transfer: &Transfer) -> Moved {
        timeline::moved(self.f, transfer)
    }

    /// What a notice says.
    fn subject(&self, notice: &Notice) -> String {
        timeline::subject(self.f, notice)
    }
}

type OfMember = Path<(String, String, MemberId)>;

fn draw<T>(desk: &Desk, listing: &Listing, head: Head, (tab, rest): (Tab, Page<T>)) -> Response {
    page(&Shown {
        f: &desk.f,
        c: desk,
        head,
        tab,
        first: listing.first(),
        next: listing.next(&rest),
    })
}

/// A page's items, and the page without them.
fn apart<T>(page: Page<T>) -> (Vec<T>, Page<T>) {
    let rest = Page {
        items: Vec::new(),
        next: page.next,
        prev: page.prev,
    };
    (page.items, rest)
}

/// `GET …/members/{id}`.
pub(super) async fn timeline(
    desk: Desk,
    listing: Listing,
    Path((_, _, id)): OfMember,
) -> PageResult {
    let head = Head::load(&desk, id).await?;
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let entries = timeline_of(app, ctx, project, id, Notices::Without, listing.page());
    let entries = entries.await?;
    let (entries, rest) = apart(entries);
    let steps = timeline::tell(&desk, &entries).await?;
    Ok(draw(&desk, &listing, head, (Tab::Timeline(steps), rest)))
}

/// `GET …/members/{id}/invitees`.
pub(super) async fn invitees(
    desk: Desk,
    listing: Listing,
    Path((_, _, id)): OfMember,
) -> PageResult {
    let head = Head::load(&desk, id).await?;
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let found = app::members::invitees(app, ctx, project, id, None, listing.page()).await?;
    let (found, rest) = apart(found);
    let branches = tree::grown(&desk, found).await?;
    Ok(draw(&desk, &listing, head, (Tab::Invitees(branches), rest)))
}

/// `GET …/members/{id}/rewards`.
pub(super) async fn rewards(
    desk: Desk,
    listing: Listing,
    Path((_, _, id)): OfMember,
) -> PageResult {
    let head = Head::load(&desk, id).await?;
    let filter = GrantFilter {
        member: Some(id),
        ..GrantFilter::default()
    };
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let (grants, rest) = apart(list_grants(app, ctx, project, filter, listing.page()).await?);
    Ok(draw(&desk, &listing, head, (Tab::Rewards(grants), rest)))
}

/// `GET …/members/{id}/transfers`.
pub(super) async fn transfers(
    desk: Desk,
    listing: Listing,
    Path((_, _, id)): OfMember,
) -> PageResult {
    let head = Head::load(&desk, id).await?;
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let (found, rest) = apart(list_transfers(app, ctx, project, id, listing.page()).await?);
    Ok(draw(&desk, &listing, head, (Tab::Transfers(found), rest)))
}

/// `GET …/members/{id}/notices`.
pub(super) async fn notices(
    desk: Desk,
    listing: Listing,
    Path((_, _, id)): OfMember,
) -> PageResult {
    let head = Head::load(&desk, id).await?;
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let (found, rest) = apart(list_notices(app, ctx, project, id, false, listing.page()).await?);
    Ok(draw(&desk, &listing, head, (Tab::Notices(found), rest)))
}
