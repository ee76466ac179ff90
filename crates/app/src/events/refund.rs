//! Refunds: what a purchase earned is taken back in proportion.

use domain::{
    ledger::clawback,
    log::Fact,
    members::Member,
    referrals::{Decision, Move, Order, Outcome, Referral, ReferralState, StoredEvent},
};
use kernel::{Amount, EventId, GrantId, Problem, ReferralId};

use super::{
    batch::Incoming,
    signup::{checked, own_key},
    working_set::WorkingSet,
};

impl WorkingSet {
    pub(super) fn refund(
        &mut self,
        item: &Incoming,
        id: EventId,
        member: &Member,
    ) -> Result<Outcome, Problem> {
        self.keep(member);
        let mut decision = Decision::default();
        let key = item.event.order.clone().unwrap_or_default();
        let amount = item.event.amount.unwrap_or_default();
        let order = self.order(&key, member);
        order.refunded = order
            .refunded
            .checked_add(amount)
            .unwrap_or(Amount(i64::MAX));
        let order = order.clone();
        decision
            .checks
            .push(checked("order_is_known", order.paid.is_positive()));
        let mut earned: Vec<GrantId> = self
            .grants
            .iter()
            .filter(|grant| grant.order.as_deref() == Some(key.as_str()))
            .map(|grant| grant.id)
            .collect();
        earned.sort_unstable();
        let referral = earned
            .first()
            .and_then(|id| self.grants.get(id))
            .map(|grant| grant.referral);
        for grant in &earned {
            self.claw_back(*grant, &order)?;
        }
        let row = referral
            .and_then(|referral| self.referrals.get(&referral))
            .cloned();
        if let Some(row) = row {
            decision.from = Some(row.state);
            decision.program = Some(row.program);
            decision.version = self
                .programs
                .get(&row.program)
                .map(|program| program.version);
            if self.qualified_by(&row, &earned) {
                self.reverse_if_refunded(row.id, &order);
            }
            decision.to = self.referrals.get(&row.id).map(|row| row.state);
        }
        Ok(Outcome {
            event: id,
            member: member.id,
            referral,
            refusal: None,
            grants: earned,
            decision,
        })
    }

    /// Takes back the share of a grant that was refunded of its order.
    pub(super) fn claw_back(&mut self, id: GrantId, order: &Order) -> Result<(), Problem> {
        let Some(mut grant) = self.grants.get(&id).cloned() else {
            return Ok(());
        };
        let before = grant.clone();
        let mut others = match grant.unit() {
            Some(unit) => self.available(grant.member, unit),
            None => Vec::new(),
        };
        let kept = others.clone();
        let clawed = clawback(
            &mut self.book,
            &mut grant,
            order.paid,
            order.refunded,
            &mut others,
        )
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

    /// Whether it was the purchase behind these grants that qualified a referral.
    fn qualified_by(&self, referral: &Referral, grants: &[GrantId]) -> bool {
        let own = grants
            .iter()
            .filter_map(|id| self.grants.get(id))
            .filter(|grant| grant.referral == referral.id);
        own.filter_map(|grant| self.events.get(&grant.event))
            .any(|stored| {
                let decision = &stored.outcome.decision;
                decision.program == Some(referral.program)
                    && decision.from == Some(ReferralState::Registered)
                    && matches!(
                        decision.to,
                        Some(ReferralState::Qualified | ReferralState::Rewarded)
                    )
            })
    }

    /// A full refund of the purchase that qualified a referral undoes the referral too.
    pub(super) fn reverse_if_refunded(&mut self, referral: ReferralId, order: &Order) {
        let full = order.paid.is_positive() && order.refunded >= order.paid;
        if !full || !self.advance(referral, Move::Reverse) {
            return;
        }
        let counted = self.referrals.change(referral).and_then(|row| {
            row.reason = Some("refund".to_owned());
            row.inviter.map(|inviter| (row.program, inviter))
        });
        if let Some((program, inviter)) = counted {
            let standing = self.standing(program, inviter);
            standing.qualified = standing.qualified.saturating_sub(1);
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
