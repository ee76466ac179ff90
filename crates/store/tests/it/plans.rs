//! No list is read through to find a page of it. SQLite says how it means to find what is asked for; the estimates that it
//! decides by are those of a large installation, so an empty database plans as a full one does.

use domain::{
    codes::CodeKind, invitations::InvitationState, referrals::ReferralState, referrals::Standing,
    rewards::GrantState, risk::Verdict, webhooks::DeliveryState,
};
use kernel::{Cursor, MemberId, PageRequest, Place, ProjectId};
use serde_json::json;
use store::{
    AuditFilter, ClickFilter, CodeFilter, CodeState, EventFilter, GrantFilter, InvitationFilter,
    Period, ReferralFilter, Trail, TransferFilter, testing::Explained,
};
use uuid::Uuid;

use crate::{
    database::{Database, Process},
    samples::{id, moment},
};

/// Of these there are few, however long the lists are: they may be sorted, or read through.
const FEW: [&str; 10] = [
    // What one member has: a referral in each program, codes.
    "uq_referrals_invitee_id_program_id",
    "ix_codes_owner_id_id",
    // The codes of one batch, by key.
    "ix_codes_project_id_batch_id",
    "programs",
    "operators",
    "projects",
    // So many days, metrics and dimensions as are asked for.
    "rollups",
    "coupon_pools",
    "endpoints",
    // What is counted as far as a limit, once it was found.
    "CO-ROUTINE found; SEARCH",
];

/// From its end, and no further than a page.
const ENDS: [&str; 1] = ["SCAN audit"];

struct Asked {
    explained: Explained,
    project: ProjectId,
    queries: usize,
    faults: Vec<String>,
}

impl Asked {
    /// Looks at the plans of what was asked last.
    fn look(&mut self, what: impl std::fmt::Debug) {
        for plan in self.explained.plans() {
            self.queries += 1;
            let all = plan.steps.join("; ");
            let reads_all = all.contains("SCAN ") || all.contains("TEMP B-TREE");
            let few = FEW.iter().any(|few| all.contains(few)) || ENDS.contains(&&*all);
            if reads_all && !few {
                self.faults.push(format!("{what:?}: {all}\n  {}", plan.sql));
            }
        }
    }
}

#[tokio::test]
async fn lists_are_read_no_further_than_a_page() {
    let database = Database::new().await;
    if database.is_mysql() {
        return;
    }
    let process = database.process().await;
    let project = id();
    note(&process, project).await;
    let mut asked = Asked {
        explained: Explained::new(process.read()),
        project,
        queries: 0,
        faults: Vec::new(),
    };
    let place = Cursor(Uuid::nil());
    for place in [Place::First, Place::After(place), Place::Before(place)] {
        let page = PageRequest { place, limit: 50 };
        money(&mut asked, page).await;
        codes(&mut asked, page).await;
        referrals(&mut asked, page).await;
        trail(&mut asked, page).await;
        unfiltered(&mut asked, page).await;
    }
    ranks(&mut asked).await;
    beside_lists(&mut asked).await;
    assert!(asked.queries > 500, "{} queries", asked.queries);
    assert!(asked.faults.is_empty(), "{}", asked.faults.join("\n"));
}

/// Something in the trail: a search by action asks for the actions that are there.
async fn note(process: &Process, project: ProjectId) {
    process
        .write(move |tx| {
            let at = moment(0);
            let noted = tx.audit(Some(project), at, "cli", "code.made", "x", json!({}));
            Box::pin(noted)
        })
        .await;
}

/// Every way to set or not to set `filters` filters: whether the filter with a number is set.
fn ways(filters: u32) -> impl Iterator<Item = impl Fn(u32) -> bool> {
    (0..1 << filters).map(|set: u32| move |filter| set >> filter & 1 == 1)
}

fn day(set: bool) -> Period {
    let at = |micros| set.then(|| moment(micros));
    Period {
        from: at(0),
        until: at(86_400_000_000),
    }
}

async fn money(asked: &mut Asked, page: PageRequest) {
    for set in ways(6) {
        let filter = GrantFilter {
            program: set(0).then(id),
            member: set(1).then(id),
            referral: set(2).then(id),
            state: set(3).then_some(GrantState::PendingApproval),
            unit: set(4).then(|| "credit".parse().unwrap()),
            period: day(set(5)),
        };
        let grants = asked.explained.project(asked.project).grants();
        grants.list(&filter, page).await.unwrap();
        asked.look(&filter);
    }
    for set in ways(4) {
        let filter = TransferFilter {
            member: set(0).then(id),
            unit: set(1).then(|| "credit".parse().unwrap()),
            grant: set(2).then(id),
            period: day(set(3)),
        };
        let ledger = asked.explained.project(asked.project).ledger();
        ledger.transfers(&filter, page).await.unwrap();
        asked.look(&filter);
    }
}

async fn codes(asked: &mut Asked, page: PageRequest) {
    for set in ways(6) {
        let filter = CodeFilter {
            program: set(0).then(id),
            owner: set(1).then(id),
            kind: set(2).then_some(CodeKind::Vanity),
            batch: set(3).then(|| "spring".to_owned()),
            state: set(4).then_some(CodeState::Live),
            prefix: set(5).then(|| "S".to_owned()),
        };
        let codes = asked.explained.project(asked.project).codes();
        codes.list(&filter, moment(0), page).await.unwrap();
        asked.look(&filter);
    }
    for set in ways(3) {
        let filter = InvitationFilter {
            program: set(0).then(id),
            inviter: set(1).then(id),
            state: set(2).then_some(InvitationState::Sent),
        };
        let invitations = asked.explained.project(asked.project).invitations();
        invitations.list(&filter, page).await.unwrap();
        asked.look(&filter);
        let filter = ClickFilter {
            program: set(0).then(id),
            code: set(1).then(id),
            period: day(set(2)),
        };
        let clicks = asked.explained.project(asked.project).clicks();
        clicks.list(&filter, page).await.unwrap();
        asked.look(&filter);
    }
}

async fn referrals(asked: &mut Asked, page: PageRequest) {
    for set in ways(6) {
        let filter = ReferralFilter {
            program: set(0).then(id),
            inviter: set(1).then(id),
            invitee: set(2).then(id),
            state: set(3).then_some(ReferralState::Qualified),
            verdict: set(4).then_some(Verdict::Review),
            period: day(set(5)),
        };
        let referrals = asked.explained.project(asked.project).referrals();
        referrals.list(&filter, page).await.unwrap();
        asked.look(&filter);
    }
    for set in ways(3) {
        let filter = EventFilter {
            member: set(0).then(id),
            referral: set(1).then(id),
            key: set(2).then(|| "e".to_owned()),
        };
        let events = asked.explained.project(asked.project).events();
        events.list(&filter, page).await.unwrap();
        asked.look(&filter);
    }
}

async fn trail(asked: &mut Asked, page: PageRequest) {
    for set in ways(3) {
        let filter = AuditFilter {
            actor: set(0).then(|| "cli".to_owned()),
            action: set(1).then(|| "code".to_owned()),
            subject: set(2).then(|| "x".to_owned()),
        };
        for scope in [
            Trail::Whole,
            Trail::Installation,
            Trail::Project(asked.project),
        ] {
            let directory = asked.explained.directory();
            directory.audit_entries(scope, &filter, page).await.unwrap();
            asked.look((scope, &filter));
        }
    }
}

async fn unfiltered(asked: &mut Asked, page: PageRequest) {
    let project = asked.explained.project(asked.project);
    project.members().list(page).await.unwrap();
    project.members().search("ada", page).await.unwrap();
    project.programs().list(page).await.unwrap();
    project.keys().list(page).await.unwrap();
    for some in [true, false] {
        let failed = some.then_some(DeliveryState::Failed);
        let webhooks = project.webhooks();
        webhooks.deliveries(id(), failed, page).await.unwrap();
        project.notices().list(id(), some, page).await.unwrap();
    }
    asked.look("lists without filters");
}

async fn ranks(asked: &mut Asked) {
    let standing = Standing {
        program: id(),
        member: id(),
        registered: 5,
        qualified: 3,
        quota_used: 0,
        quota_since: moment(0),
        wait_key: None,
        updated_at: moment(0),
    };
    let standings = asked.explained.project(asked.project).standings();
    standings.leaders(standing.program, 5).await.unwrap();
    standings.rank(&standing).await.unwrap();
    standings.before(&standing, 2).await.unwrap();
    standings.after(&standing, 2).await.unwrap();
    standings.wait_position(id(), 4).await.unwrap();
    asked.look("ranks");
}

async fn beside_lists(asked: &mut Asked) {
    let members: [MemberId; 2] = [id(), id()];
    let project = asked.explained.project(asked.project);
    project.members().find_all(&members).await.unwrap();
    let standings = project.standings();
    standings.of_members(&[id()], &members).await.unwrap();
    project.ledger().balances(members[0].uuid()).await.unwrap();
    project.ledger().find_operation("x").await.unwrap();
    project.notices().unread_count(members[0]).await.unwrap();
    project.codes().owned_by(id(), members[0]).await.unwrap();
    project.coupons().pools().await.unwrap();
    project.coupons().exhausted().await.unwrap();
    project.programs().versions(id()).await.unwrap();
    project.referrals().waiting_for_review(9).await.unwrap();
    project.referrals().reviews(9).await.unwrap();
    project.grants().waiting_for_approval(9).await.unwrap();
    project.webhooks().newest_states(id(), 9).await.unwrap();
    project.webhooks().attempts(id()).await.unwrap();
    for program in [None, Some(id())] {
        let rollups = project.rollups();
        rollups.series(program, &["a"], 1, 9).await.unwrap();
        rollups.totals(program, &["a"], 1, 9).await.unwrap();
    }
    let directory = asked.explained.directory();
    directory.session_by_hash(&[0; 32]).await.unwrap();
    for state in [GrantState::Held, GrantState::PendingApproval] {
        directory.grants_waiting(state, 9).await.unwrap();
    }
    let person = members[0].uuid();
    directory.sessions(person, moment(0)).await.unwrap();
    asked.look("what stands beside lists");
}
