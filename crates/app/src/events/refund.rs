//! Refunds: what a purchase earned is taken back in proportion.

use domain::{
    ledger::clawback,
    log::Fact,
    members::Member,
    programs::Program,
    referrals::{Decision, Move, Order, Outcome, StoredEvent},
    rewards::GrantState,
};
use kernel::{Amount, EventId, GrantId, Problem};

use super::{
    batch::Incoming,
    signup::{checked, own_key},
    working_set::WorkingSet,
};

impl WorkingSet {
    pub(super) fn refund(&mut self, item: &Incoming, id: EventId, member: &Member) -> Result<Outcome, Problem> {
        self.keep(member);
        let mut decision = Decision::default();
        let key = item.event.order.clone().unwrap_or_default();
        let amount = item.event.amount.unwrap_or_default();
        let order = self.order(&key, member);
        order.refunded = order.refunded.checked_add(amount).unwrap_or(Amount(i64::MAX));
        let order = order.clone();
        decision.checks.push(checked("order_is_known", order.paid.is_positive()));
        let mut earned: Vec<GrantId> = self
            .grants
            .iter()
            .filter(|grant| grant.order.as_deref() == Some(key.as_str()))
            .map(|grant| grant.id)
            .collect();
        earned.sort_unstable();
        let referral = earned.first().and_then(|id| self.grants.get(*id)).map(|grant| grant.referral);
        for grant in &earned {
            self.claw_back(*grant, &order)?;
        }
        let row = referral.and_then(|referral| self.referrals.get(referral)).cloned();
        if let Some(row) = row {
            decision.from = Some(row.state);
            decision.program = Some(row.program);
            if let Some(program) = self.programs.get(&row.program).cloned() {
                decision.version = Some(program.version);
                self.reverse_if_refunded(&program, &order, &earned);
            }
            decision.to = self.referrals.get(row.id).map(|row| row.state);
        }
        Ok(Outcome { event: id, member: member.id, referral, refusal: None, grants: earned, decision })
    }

    /// Takes back the share of a grant that was refunded of its order.
    pub(super) fn claw_back(&mut self, id: GrantId, order: &Order) -> Result<(), Problem> {
        let Some(mut grant) = self.grants.get(id).cloned() else { return Ok(()) };
        let before = grant.clone();
        let mut others = match grant.unit() {
            Some(unit) => self.available(grant.member, unit),
            None => Vec::new(),
        };
        let kept = others.clone();
        let clawed = clawback(&mut self.book, &mut grant, order.paid, order.refunded, &mut others)
            .map_err(Self::ledger_problem)?;
        for (other, before) in others.into_iter().zip(kept) {
            if other != before && other.id != id {
                self.write_grant(other);
            }
        }
        if grant != before {
            grant.reason = Some("refund".to_owned());
            self.facts.push(Fact::RewardChanged {
                grant: grant.id,
                program: grant.program,
                member: grant.member,
                reward: grant.reward.clone(),
                state: grant.state,
                clawed,
                reason: grant.reason.clone(),
            });
            self.write_grant(grant);
        }
        Ok(())
    }

    fn write_grant(&mut self, changed: domain::rewards::Grant) {
        let now = self.now;
        if let Some(row) = self.grants.change(changed.id) {
            *row = changed;
            row.updated_at = now;
        }
    }

    /// A full refund of the purchase that qualified a referral undoes the referral too.
    pub(super) fn reverse_if_refunded(&mut self, program: &Program, order: &Order, grants: &[GrantId]) {
        let full = order.paid.is_positive() && order.refunded >= order.paid;
        if !full || program.settings.qualify_on != "purchase" {
            return;
        }
        let referral = grants
            .first()
            .and_then(|id| self.grants.get(*id))
            .filter(|grant| grant.state == GrantState::Reversed)
            .map(|grant| grant.referral);
        let Some(referral) = referral else { return };
        if self.advance(referral, Move::Reverse) {
            let inviter = self.referrals.change(referral).and_then(|row| {
                row.reason = Some("refund".to_owned());
                row.inviter
            });
            if let Some(inviter) = inviter {
                let standing = self.standing(program.id, inviter);
                standing.qualified = standing.qualified.saturating_sub(1);
            }
        }
    }

    /// Records an event with its answer.
    pub(super) fn record(&mut self, item: &Incoming, id: EventId, outcome: &Outcome) {
        let key = item.event.key.clone().unwrap_or_else(|| own_key(id));
        self.event_by_key.insert(key.clone(), id);
        self.events.insert(
            id,
            StoredEvent {
                id,
                project: self.project,
                key,
                fingerprint: item.fingerprint,
                kind: item.event.kind.clone(),
                member: outcome.member,
                referral: outcome.referral,
                event: item.event.clone(),
                outcome: outcome.clone(),
                occurred_at: item.event.occurred_at.unwrap_or(self.now),
                created_at: self.now,
            },
        );
    }
}
