//! Activations, purchases and events of the host's own: what moves a referral on and what earns.

use domain::{
    ledger::LedgerError,
    members::Member,
    referrals::{Decision, Event, EventType, Order, Outcome},
};
use kernel::{Amount, EventId, GrantId, Problem, ProblemCode, ReferralId};

use super::{award::Occasion, batch::Incoming, signup::checked, working_set::WorkingSet};

/// The check that a purchase fails whose order was paid before.
const ORDER_IS_NEW: &str = "order_is_new";

impl WorkingSet {
    /// Decides an event that is neither a sign-up nor a refund.
    pub(super) fn progress(
        &mut self,
        item: &Incoming,
        id: EventId,
        member: &Member,
    ) -> Result<Outcome, Problem> {
        self.keep(member);
        let mut decision = Decision::default();
        let new_order = self.note_purchase(&item.event, member);
        if !new_order {
            decision.checks.push(checked(ORDER_IS_NEW, false));
        }
        let mut grants = Vec::new();
        let referrals = if new_order {
            self.concerned(item, member)
        } else {
            Vec::new()
        };
        for referral in &referrals {
            grants.extend(self.step(&item.event, id, *referral, &mut decision)?);
        }
        let referral = referrals.first().copied();
        if new_order && referral.is_none() {
            // The sign-up may come later in the same set.
            self.earlier.entry(member.id).or_default().push(id);
        }
        Ok(Outcome {
            event: id,
            member: member.id,
            referral,
            refusal: None,
            grants,
            decision,
        })
    }

    /// The member's referrals that the event is about: those of the program it names, or all.
    fn concerned(&self, item: &Incoming, member: &Member) -> Vec<ReferralId> {
        let named = item.event.program.as_deref();
        let ids = self
            .referrals_of
            .get(&member.id)
            .map_or(&[][..], Vec::as_slice);
        ids.iter()
            .copied()
            .filter(|id| {
                self.referrals
                    .get(id)
                    .and_then(|row| self.programs.get(&row.program))
                    .is_some_and(|program| named.is_none_or(|slug| slug == program.slug))
            })
            .collect()
    }

    /// Notes what was paid; `false` where this order was paid before: another event of it earns nothing.
    fn note_purchase(&mut self, event: &Event, member: &Member) -> bool {
        let (EventType::Purchase, Some(key), Some(amount)) =
            (&event.kind, &event.order, event.amount)
        else {
            return true;
        };
        let order = self.order(key, member);
        if order.paid.is_positive() {
            return false;
        }
        order.paid = amount;
        true
    }

    /// The order with this key, begun where there is none; to be written.
    pub(super) fn order(&mut self, key: &str, member: &Member) -> &mut Order {
        let order = Order {
            project: self.project,
            key: key.to_owned(),
            member: member.id,
            paid: Amount::ZERO,
            refunded: Amount::ZERO,
            created_at: self.now,
        };
        if self.orders.get(key).is_none() {
            self.orders.insert(key.to_owned(), order);
        }
        self.orders
            .change(key.to_owned())
            .expect("it was just put in")
    }

    /// One event's effect on one referral.
    fn step(
        &mut self,
        event: &Event,
        id: EventId,
        referral: ReferralId,
        decision: &mut Decision,
    ) -> Result<Vec<GrantId>, Problem> {
        let Some(row) = self.referrals.get(&referral) else {
            return Ok(Vec::new());
        };
        let (from, program) = (row.state, row.program);
        let Some(program) = self.programs.get(&program).cloned() else {
            return Ok(Vec::new());
        };
        decision.program = Some(program.id);
        decision.version = Some(program.version);
        decision.from = Some(from);
        decision.to = Some(from);
        let open = program.is_open(self.now);
        decision.checks.push(checked("program_active", open));
        decision
            .checks
            .push(checked("referral_earns", from.is_earning()));
        if !open || !from.is_earning() {
            return Ok(Vec::new());
        }
        let counted =
            event.kind.as_str() == program.settings.qualify_on && self.qualify(&program, referral);
        let grants = self.reward(
            &program,
            referral,
            Occasion { event, id, counted },
            decision,
        )?;
        self.take_back_refunded(event, referral, counted, &grants)?;
        decision.to = self.referrals.get(&referral).map(|row| row.state);
        decision.waiting_for = self.waiting_for(&program, referral);
        Ok(grants)
    }

    /// A refund may have come in before its purchase: what it takes back is taken back at once.
    fn take_back_refunded(
        &mut self,
        event: &Event,
        referral: ReferralId,
        qualified: bool,
        grants: &[GrantId],
    ) -> Result<(), Problem> {
        let Some(order) = event
            .order
            .clone()
            .and_then(|key| self.orders.get(&key))
            .cloned()
        else {
            return Ok(());
        };
        if !order.refunded.is_positive() {
            return Ok(());
        }
        for id in grants {
            self.claw_back(*id, &order)?;
        }
        if qualified {
            self.reverse_if_refunded(referral, &order);
        }
        Ok(())
    }

    /// Decides an event anew that came before the sign-up was attributed.
    pub(super) fn catch_up(
        &mut self,
        earlier: EventId,
        referral: ReferralId,
    ) -> Result<Vec<GrantId>, Problem> {
        let Some(stored) = self.events.get(&earlier).cloned() else {
            return Ok(Vec::new());
        };
        let program = self
            .referrals
            .get(&referral)
            .and_then(|row| self.programs.get(&row.program));
        let other = |slug: &String| program.is_some_and(|program| program.slug != *slug);
        let repeated = stored
            .outcome
            .decision
            .checks
            .iter()
            .any(|check| check.name == ORDER_IS_NEW && !check.passed);
        if repeated || stored.event.program.as_ref().is_some_and(other) {
            return Ok(Vec::new());
        }
        let mut decision = Decision::default();
        let grants = self.step(&stored.event, earlier, referral, &mut decision)?;
        if let Some(row) = self.events.change(earlier) {
            row.referral = Some(referral);
            row.outcome.referral = Some(referral);
            row.outcome.grants.clone_from(&grants);
            row.outcome.decision = decision;
        }
        Ok(grants)
    }

    /// Decides any event.
    pub(super) fn decide(&mut self, item: &Incoming) -> Result<Outcome, Problem> {
        if let Some(slug) = &item.event.program
            && self.program_by_slug(slug).is_none()
        {
            let message = "There is no program with this slug.";
            return Err(Problem::field("program", "not_found", message));
        }
        let member = self.resolve(item)?;
        let id: EventId = self.id();
        let facts = self.facts.len();
        let outcome = match item.event.kind {
            EventType::Signup | EventType::Claim => self.sign_up(item, id, &member),
            EventType::Refund => self.refund(item, id, &member),
            EventType::Purchase | EventType::Named(_) => self.progress(item, id, &member),
        };
        match outcome {
            Ok(outcome) => {
                self.record(item, id, &outcome);
                Ok(outcome)
            }
            Err(problem) => {
                self.facts.truncate(facts);
                Err(problem)
            }
        }
    }

    /// What the ledger refuses is our fault; nothing of the set is written then.
    pub(super) fn ledger_problem(error: LedgerError) -> Problem {
        Problem::new(ProblemCode::Internal, error.to_string())
    }
}
