//! Sign-ups and late claims: finding the inviter, and whether it counts.

use domain::{
    codes::Code,
    log::Fact,
    members::Member,
    programs::Program,
    referrals::{Candidate, Checked, Decision, EventType, Outcome, admit, quota_left},
    risk::{Evidence, Person, Verdict, assess},
};
use kernel::{EventId, Problem, ProblemCode, ReferralId};

use super::{award::Occasion, batch::Incoming, find::Found, working_set::WorkingSet};

impl WorkingSet {
    pub(super) fn sign_up(
        &mut self,
        item: &Incoming,
        id: EventId,
        member: &Member,
    ) -> Result<Outcome, Problem> {
        let mut decision = Decision::default();
        let attributed = match self.find_code(item) {
            Ok(Some(found)) => self.attribute(item, member, &found, &mut decision),
            Ok(None) => Err(self.without_code(item)),
            Err(code) => Err(Some(code)),
        };
        let (referral, refusal) = match attributed {
            Ok(referral) => (Some(referral), None),
            Err(refusal) => (None, refusal),
        };
        if let Some(code) = refusal {
            if item.event.strict {
                return Err(code.into());
            }
            self.facts.push(Fact::ReferralRefused {
                program: decision.program,
                member: member.id,
                reason: code,
            });
        }
        self.keep(member);
        if referral.is_none() {
            self.queue_up(item, member);
        }
        let grants = match referral {
            Some(referral) => self.settle_sign_up(item, id, referral, &mut decision)?,
            None => Vec::new(),
        };
        Ok(Outcome {
            event: id,
            member: member.id,
            referral,
            refusal,
            grants,
            decision,
        })
    }

    fn attribute(
        &mut self,
        item: &Incoming,
        member: &Member,
        found: &Found,
        decision: &mut Decision,
    ) -> Result<ReferralId, Option<ProblemCode>> {
        let program = &found.program;
        decision.program = Some(program.id);
        decision.version = Some(program.version);
        decision.source = Some(found.source);
        decision.code = Some(found.code.text.clone());
        decision.click = found.click.map(|click| click.click);
        let admission = admit(
            &Candidate {
                program,
                code: &found.code,
                invitee: member.id,
                invitee_is_new_since: member.created_at,
                already_invited: self.is_invited(member, program),
                quota_left: self.quota_left(program, &found.code),
            },
            self.now,
        );
        decision.checks = admission.checks;
        if let Some(refusal) = admission.refusal {
            return Err(Some(refusal));
        }
        let assessment = assess(
            &self.evidence(item, member, &found.code),
            &program.settings.risk,
        );
        decision.signals.clone_from(&assessment.signals);
        decision.score = assessment.score;
        decision.verdict = Some(assessment.verdict);
        if assessment.verdict == Verdict::Block {
            return Err(Some(ProblemCode::RiskBlocked));
        }
        Ok(self.register(item, member, found, (assessment.verdict, assessment.score)))
    }

    fn is_invited(&self, member: &Member, program: &Program) -> bool {
        self.referrals_of.get(&member.id).is_some_and(|ids| {
            ids.iter().any(|id| {
                self.referrals
                    .get(id)
                    .is_some_and(|referral| referral.program == program.id)
            })
        })
    }

    fn quota_left(&self, program: &Program, code: &Code) -> Option<u32> {
        let policy = program.settings.quota.as_ref()?;
        let standing = self.standings.get(&(program.id, code.owner?));
        Some(standing.map_or(policy.invites, |standing| {
            quota_left(policy, standing, self.now)
        }))
    }

    fn evidence(&self, item: &Incoming, member: &Member, code: &Code) -> Evidence {
        let inviter = code.owner.and_then(|id| self.members.get(&id));
        let count = |seen: &[([u8; 16], kernel::MemberId)], hash: Option<[u8; 16]>| {
            let others = seen
                .iter()
                .filter(|(one, who)| Some(*one) == hash && *who != member.id)
                .count();
            u32::try_from(others).unwrap_or(u32::MAX)
        };
        let from_address = count(&self.seen_from, item.address_hash);
        Evidence {
            inviter: inviter.map(|inviter| Person {
                id: inviter.id,
                email_key: inviter.email_key.clone(),
                device_hash: self.device_of(inviter.id),
            }),
            invitee: Person {
                id: member.id,
                email_key: member.email_key.clone(),
                device_hash: item.device_hash,
            },
            sign_ups_from_address_last_hour: item
                .address_hash
                .map_or(0, |_| from_address.saturating_add(1)),
            members_on_device: count(&self.seen_on, item.device_hash),
        }
    }

    /// The device on which a member signed up, where it was among those asked about.
    fn device_of(&self, member: kernel::MemberId) -> Option<[u8; 16]> {
        self.seen_on
            .iter()
            .find(|(_, who)| *who == member)
            .map(|(hash, _)| *hash)
    }

    /// What follows from an attributed sign-up: its own rewards, its qualification, and what came before it.
    fn settle_sign_up(
        &mut self,
        item: &Incoming,
        id: EventId,
        referral: ReferralId,
        decision: &mut Decision,
    ) -> Result<Vec<kernel::GrantId>, Problem> {
        let Some(row) = self.referrals.get(&referral) else {
            return Ok(Vec::new());
        };
        let (invitee, program) = (row.invitee, row.program);
        let Some(program) = self.programs.get(&program).cloned() else {
            return Ok(Vec::new());
        };
        let event = domain::referrals::Event {
            kind: EventType::Signup,
            ..item.event.clone()
        };
        let mut grants = self.reward(
            &program,
            referral,
            Occasion {
                event: &event,
                id,
                counted: true,
            },
            decision,
        )?;
        if program.settings.qualify_on == "signup" {
            self.qualify(&program, referral);
            self.rewarded(referral);
        }
        for earlier in self.earlier.remove(&invitee).unwrap_or_default() {
            grants.extend(self.catch_up(earlier, referral)?);
        }
        decision.to = self.referrals.get(&referral).map(|row| row.state);
        decision.waiting_for = self.waiting_for(&program, referral);
        Ok(grants)
    }
}

/// An event's own id where it is recorded under no key of the sender's.
pub(super) fn own_key(id: EventId) -> String {
    format!("#{}", id.uuid().simple())
}

/// One condition as a check of the record.
pub(super) fn checked(name: &str, passed: bool) -> Checked {
    Checked {
        name: name.to_owned(),
        passed,
        detail: None,
    }
}
