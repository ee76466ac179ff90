//! The list of what was done.

use app::{
    audit::{AuditFilter, AuditReport, list_audit, verify_audit},
    exports::Export,
};
use askama::Template;
use domain::{audit::AuditEntry, people::Permission};
use kernel::{Page, ProjectId};

use super::super::{
    actors::{self, Actors},
    export::download,
    list::Listing,
};
use crate::{
    answer::{PageResult, page},
    door::{Console, Desk},
    look::{Frame, filters},
};

#[derive(Template)]
#[template(path = "console/audit/list.html")]
struct List<'a> {
    f: &'a Frame,
    c: &'a Console,
    listing: &'a Listing,
    entries: Page<AuditEntry>,
    actors: Actors,
    report: Option<AuditReport>,
}

impl List<'_> {
    /// Areas of actions: what their names begin with, words.
    fn areas(&self) -> [(&'static str, &'static str); 13] {
        let t = &self.f.t.audit;
        [
            ("", t.anything),
            ("code", t.area_codes),
            ("coupon", t.area_coupons),
            ("invitation.", t.area_invitations),
            ("key.", t.area_keys),
            ("member.", t.area_members),
            ("operator", t.area_operators),
            ("program.", t.area_programs),
            ("project.", t.area_projects),
            ("referral.", t.area_referrals),
            ("grant.", t.area_rewards),
            ("balance.", t.area_spending),
            ("webhook.", t.area_webhooks),
        ]
    }

    /// Name and kind of who did it.
    fn actor(&self, entry: &AuditEntry) -> (String, &'static str) {
        let (t, label) = (self.f.t, &entry.actor);
        (self.actors.name(t, label), actors::kind(t, label))
    }

    fn action(&self, entry: &AuditEntry) -> String {
        let known = self.f.t.actions.named(&entry.action);
        known.unwrap_or(&entry.action).to_owned()
    }

    /// The rest of an entry, as people read it.
    #[expect(clippy::unused_self, reason = "templates reach it through the page")]
    fn detail(&self, entry: &AuditEntry) -> Option<String> {
        let empty = entry
            .detail
            .as_object()
            .is_some_and(serde_json::Map::is_empty);
        let pretty = serde_json::to_string_pretty(&entry.detail).ok();
        pretty.filter(|_| !empty && !entry.detail.is_null())
    }

    /// The project that an entry is about, where the operator may see it.
    fn project(&self, entry: &AuditEntry) -> Option<String> {
        let id = entry.project?;
        let known = self.c.projects.iter().find(|project| project.id == id)?;
        Some(known.name.clone())
    }

    /// The page of what an entry is about, where there is one.
    fn place(&self, entry: &AuditEntry) -> Option<String> {
        self.c.project.as_ref()?;
        let (area, needed) = match entry.subject.split('_').next()? {
            "mem" => ("members", Permission::MembersRead),
            "ref" => ("referrals", Permission::ReferralsRead),
            _ => return None,
        };
        let seen = self.c.may(needed);
        seen.then(|| format!("{}/{}", self.c.at(area), entry.subject))
    }

    fn may_see_all(&self) -> bool {
        self.c.operator.permits(Permission::AuditRead, None)
    }
}

fn filter(listing: &Listing) -> AuditFilter {
    let text = |name: &str| Some(listing.get(name).to_owned()).filter(|text| !text.is_empty());
    AuditFilter {
        actor: text("actor"),
        action: text("action"),
        subject: text("subject"),
    }
}

async fn show(
    console: &Console,
    project: Option<ProjectId>,
    listing: &Listing,
    report: Option<AuditReport>,
) -> PageResult {
    let (app, ctx) = (&console.app, &console.ctx);
    let entries = list_audit(app, ctx, project, filter(listing), listing.page()).await?;
    let mut labels = actors::labels(&entries.items);
    labels.push(listing.get("actor"));
    Ok(page(&List {
        f: &console.f,
        c: console,
        actors: Actors::load(console, labels).await?,
        entries,
        listing,
        report,
    }))
}

/// `GET /console/{project}/{mode}/audit`.
pub(super) async fn of_project(desk: Desk, listing: Listing) -> PageResult {
    show(&desk, Some(desk.project.id), &listing, None).await
}

/// `GET /console/audit`: everything, and with `?check=yes` whether anybody touched it.
pub(super) async fn of_everything(console: Console, listing: Listing) -> PageResult {
    let report = if listing.get("check").is_empty() {
        None
    } else {
        Some(verify_audit(&console.app, &console.ctx).await?)
    };
    show(&console, None, &listing, report).await
}

/// `GET /console/{project}/{mode}/audit/export.csv`.
pub(super) async fn export(desk: Desk, listing: Listing) -> PageResult {
    download(&desk, Export::Audit(filter(&listing)), "audit").await
}
