//! Everything that a set of events of one project may touch, in memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{
    codes::Code,
    invitations::Invitation,
    ledger::{AccountKey, Book},
    log::Fact,
    members::Member,
    programs::Program,
    referrals::{Order, Outcome, Referral, Standing, StoredEvent},
    rewards::{Ceiling, Grant, TallyKey},
};
use kernel::{
    Amount, CodeId, Entropy, EventId, GrantId, Id, InvitationId, Kind, MemberId, ProgramId,
    ProjectId, ReferralId, Timestamp, Unit,
};

use super::tracked::Tracked;

/// The facts of one set, as read under lock, and what the decisions changed in them.
#[derive(Debug)]
pub(super) struct WorkingSet {
    pub(super) project: ProjectId,
    pub(super) now: Timestamp,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) secret: Arc<[u8]>,
    /// By idempotency key; no outcome where the key was used for something other than an event.
    pub(super) answers: HashMap<String, ([u8; 32], Option<Outcome>)>,
    pub(super) events: Tracked<EventId, StoredEvent>,
    pub(super) event_by_key: HashMap<String, EventId>,
    /// Events of members that came before their sign-up was attributed, oldest first.
    pub(super) earlier: HashMap<MemberId, Vec<EventId>>,
    pub(super) members: Tracked<MemberId, Member>,
    pub(super) member_by_external: HashMap<String, MemberId>,
    pub(super) member_by_email: HashMap<String, MemberId>,
    pub(super) programs: BTreeMap<ProgramId, Arc<Program>>,
    pub(super) codes: Tracked<CodeId, Code>,
    pub(super) code_by_key: HashMap<String, CodeId>,
    pub(super) invitations: Tracked<InvitationId, Invitation>,
    pub(super) referrals: Tracked<ReferralId, Referral>,
    pub(super) referrals_of: HashMap<MemberId, Vec<ReferralId>>,
    pub(super) standings: Tracked<(ProgramId, MemberId), Standing>,
    pub(super) joined: HashMap<ProgramId, i64>,
    pub(super) tallies: Tracked<TallyKey, (TallyKey, u32)>,
    pub(super) book: Book,
    pub(super) grants: Tracked<GrantId, Grant>,
    pub(super) orders: Tracked<String, Order>,
    pub(super) seen_from: Vec<([u8; 16], MemberId)>,
    pub(super) seen_on: Vec<([u8; 16], MemberId)>,
    pub(super) facts: Vec<Fact>,
}

impl WorkingSet {
    pub(super) fn new(
        project: ProjectId,
        now: Timestamp,
        entropy: Arc<dyn Entropy>,
        secret: Arc<[u8]>,
    ) -> Self {
        Self {
            project,
            now,
            entropy,
            secret,
            answers: HashMap::new(),
            events: Tracked::default(),
            event_by_key: HashMap::new(),
            earlier: HashMap::new(),
            members: Tracked::default(),
            member_by_external: HashMap::new(),
            member_by_email: HashMap::new(),
            programs: BTreeMap::new(),
            codes: Tracked::default(),
            code_by_key: HashMap::new(),
            invitations: Tracked::default(),
            referrals: Tracked::default(),
            referrals_of: HashMap::new(),
            standings: Tracked::default(),
            joined: HashMap::new(),
            tallies: Tracked::default(),
            book: Book::default(),
            grants: Tracked::default(),
            orders: Tracked::default(),
            seen_from: Vec::new(),
            seen_on: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// A new id.
    pub(super) fn id<K: Kind>(&self) -> Id<K> {
        Id::new(self.now, self.entropy.as_ref())
    }

    /// The program with this slug, of those that the set concerns.
    pub(super) fn program_by_slug(&self, slug: &str) -> Option<Arc<Program>> {
        self.programs
            .values()
            .find(|program| program.slug == slug)
            .cloned()
    }

    /// A member's standing in a program, begun where there is none; to be written.
    pub(super) fn standing(&mut self, program: ProgramId, member: MemberId) -> &mut Standing {
        let key = (program, member);
        if self.standings.get(&key).is_none() {
            let now = self.now;
            self.standings.insert(
                key,
                Standing {
                    program,
                    member,
                    registered: 0,
                    qualified: 0,
                    quota_used: 0,
                    quota_since: now,
                    wait_key: None,
                    updated_at: now,
                },
            );
        }
        let now = self.now;
        let standing = self.standings.change(key).expect("it was just put in");
        standing.updated_at = now;
        standing
    }

    /// The grants that a member can spend of a unit and are in the set, soonest expiry first.
    pub(super) fn available(&self, member: MemberId, unit: &Unit) -> Vec<Grant> {
        let mut grants: Vec<Grant> = self
            .grants
            .iter()
            .filter(|grant| grant.member == member && grant.unit() == Some(unit))
            .cloned()
            .collect();
        grants.sort_by_key(|grant| (grant.due_at.is_none(), grant.due_at, grant.id));
        grants
    }
}

/// What one program may still grant, as the set stands.
pub(super) struct Limits<'a> {
    pub(super) set: &'a WorkingSet,
    pub(super) program: &'a Program,
}

impl Ceiling for Limits<'_> {
    fn tally(&self, key: &TallyKey) -> u32 {
        self.set.tallies.get(key).map_or(0, |(_, value)| *value)
    }

    fn budget_left(&self, unit: &Unit) -> Option<Amount> {
        let budget = self
            .program
            .settings
            .budgets
            .iter()
            .find(|budget| &budget.unit == unit)?;
        // The program's account runs negative by what it has granted, net of what came back.
        let granted = self
            .set
            .book
            .balance(&AccountKey::program(self.program.id, unit));
        Some(budget.amount.checked_add(granted).unwrap_or(Amount::ZERO))
    }
}
