//! What the rules grant for an event of a referral.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    codes::CodeKind,
    ledger,
    programs::Program,
    referrals::{Decision, Event, Move, Referral, ReferralState, WaitingFor},
    rewards::{Award, Facts, Grant, GrantState, Reward, Rule, decide},
    risk::Verdict,
};
use kernel::{Amount, EventId, GrantId, Problem, ReferralId, Timestamp};

use super::working_set::{Limits, WorkingSet};

/// The event that the rules are asked about.
#[derive(Clone, Copy)]
pub(super) struct Occasion<'a> {
    pub(super) event: &'a Event,
    pub(super) id: EventId,
    /// Whether it raised the inviter's count.
    pub(super) counted: bool,
}

impl WorkingSet {
    /// Asks each rule that waits for this type of event, and makes the grants. Their ids are returned.
    pub(super) fn reward(
        &mut self,
        program: &Arc<Program>,
        referral: ReferralId,
        occasion: Occasion<'_>,
        decision: &mut Decision,
    ) -> Result<Vec<GrantId>, Problem> {
        let kind = occasion.event.kind.as_str();
        let mut made = Vec::new();
        for rule in program.settings.rules.iter().filter(|rule| rule.on == kind) {
            let Some(row) = self.referrals.get(&referral).cloned() else {
                break;
            };
            let facts = self.facts_for(program, &row, occasion);
            let (outcome, awards) = decide(rule, &facts, &Limits { set: self, program });
            decision.rules.push(outcome);
            for award in awards {
                made.push(self.grant(program, rule, &row, occasion, award)?);
            }
        }
        for id in &made {
            let grant = self.grants.get(id);
            if let Some(until) = grant
                .filter(|grant| grant.state == GrantState::Held)
                .and_then(|g| g.due_at)
            {
                decision.hold_until = decision.hold_until.max(Some(until));
            }
        }
        self.rewarded(referral);
        Ok(made)
    }

    fn facts_for<'a>(
        &self,
        program: &Program,
        referral: &'a Referral,
        occasion: Occasion<'a>,
    ) -> Facts<'a> {
        let standing = referral
            .inviter
            .and_then(|inviter| self.standings.get(&(program.id, inviter)));
        Facts {
            program: program.id,
            event: occasion.event,
            at: self.now,
            channel: &referral.channel,
            code_kind: self
                .codes
                .get(&referral.code)
                .map_or(CodeKind::Personal, |code| code.kind),
            inviter: referral.inviter,
            invitee: referral.invitee,
            registered: standing.map_or(0, |standing| standing.registered),
            qualified: standing.map_or(0, |standing| standing.qualified),
            counted: occasion.counted,
        }
    }

    fn grant(
        &mut self,
        program: &Program,
        rule: &Rule,
        referral: &Referral,
        occasion: Occasion<'_>,
        award: Award,
    ) -> Result<GrantId, Problem> {
        for key in award.tallies {
            match self.tallies.change(key.clone()) {
                Some((_, value)) => *value += 1,
                None => self.tallies.insert(key.clone(), (key, 1)),
            }
        }
        let approval = rule.approval || referral.verdict == Verdict::Review;
        let (state, due_at) = self.first_state(program, rule, referral, approval);
        let amount = match &award.reward {
            Reward::Units { amount, .. } => *amount,
            _ => Amount::ZERO,
        };
        let mut grant = Grant {
            id: self.id(),
            project: self.project,
            program: program.id,
            version: program.version,
            rule: rule.key.clone(),
            referral: referral.id,
            event: occasion.id,
            member: award.member,
            side: award.side,
            reward: award.reward,
            amount,
            remaining: Amount::ZERO,
            clawed: Amount::ZERO,
            state,
            approval,
            reason: None,
            due_at,
            expire_after_days: rule.expire_after_days,
            order: occasion.event.order.clone(),
            coupon: None,
            created_at: self.now,
            updated_at: self.now,
        };
        ledger::grant(&mut self.book, &mut grant)
            .map_err(|error| Problem::new(error.code(), error.to_string()))?;
        let id = grant.id;
        self.grants.insert(id, grant);
        Ok(id)
    }

    /// Held, waiting for a person, or available; and when time moves it on.
    fn first_state(
        &self,
        program: &Program,
        rule: &Rule,
        referral: &Referral,
        approval: bool,
    ) -> (GrantState, Option<Timestamp>) {
        let caution = if referral.verdict == Verdict::Hold {
            program.settings.risk.hold_days
        } else {
            0
        };
        let days = rule.hold_days.saturating_add(caution);
        if days > 0 {
            (
                GrantState::Held,
                Some(self.now + TimeDelta::days(i64::from(days))),
            )
        } else if approval {
            (GrantState::PendingApproval, None)
        } else {
            let expiry = rule
                .expire_after_days
                .map(|days| self.now + TimeDelta::days(i64::from(days)));
            (GrantState::Available, expiry)
        }
    }

    /// A qualified referral with an available grant is rewarded.
    pub(super) fn rewarded(&mut self, referral: ReferralId) {
        let given = |grant: &Grant| match grant.state {
            // Whether the pool has a coupon is known only when it is handed out.
            GrantState::Available => {
                grant.coupon.is_some() || !matches!(grant.reward, Reward::Coupon { .. })
            }
            // A debt may have taken all of it at once.
            GrantState::Spent => true,
            _ => false,
        };
        let rewarded = self
            .grants
            .iter()
            .any(|grant| grant.referral == referral && given(grant));
        let qualified = self
            .referrals
            .get(&referral)
            .is_some_and(|row| row.state == ReferralState::Qualified);
        if rewarded && qualified {
            self.advance(referral, Move::Reward);
        }
    }

    /// Moves a referral on, where its state allows it, and tells so.
    pub(super) fn advance(&mut self, referral: ReferralId, step: Move) -> bool {
        let now = self.now;
        let Some(state) = self
            .referrals
            .get(&referral)
            .and_then(|row| row.state.after(step).ok())
        else {
            return false;
        };
        if let Some(row) = self.referrals.change(referral) {
            row.state = state;
            row.updated_at = now;
            let fact = domain::log::Fact::ReferralChanged {
                referral: row.id,
                program: row.program,
                inviter: row.inviter,
                invitee: row.invitee,
                channel: row.channel.clone(),
                state,
            };
            self.facts.push(fact);
        }
        true
    }

    /// What the referral waits for next.
    pub(super) fn waiting_for(
        &self,
        program: &Program,
        referral: ReferralId,
    ) -> Option<WaitingFor> {
        let row = self.referrals.get(&referral)?;
        if row.verdict == Verdict::Review && row.state.is_earning() {
            return Some(WaitingFor::Review);
        }
        if row.state == ReferralState::Registered {
            let event = program.settings.qualify_on.clone();
            return Some(WaitingFor::Event {
                event,
                until: row.expires_at,
            });
        }
        let held = self
            .grants
            .iter()
            .filter(|grant| grant.referral == referral && grant.state == GrantState::Held)
            .filter_map(|grant| grant.due_at)
            .max();
        held.map(|until| WaitingFor::Hold { until })
    }
}
