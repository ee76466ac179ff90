//! Sign-ups and late claims: finding the inviter, and whether it counts.

use std::sync::Arc;

use chrono::TimeDelta;
use domain::{
    codes::{Code, CodeKind, normalize},
    invitations::InvitationState,
    log::Fact,
    members::{Member, email_key},
    programs::{Program, ProgramKind},
    referrals::{
        Candidate, Checked, ClickToken, Decision, EventType, Move, Outcome, Referral,
        ReferralState, Source, admit, choose_click, quota_left, quota_period,
    },
    risk::{Evidence, Person, Verdict, assess},
};
use kernel::{EventId, InvitationId, Problem, ProblemCode, ReferralId};

use super::{award::Occasion, batch::Incoming, working_set::WorkingSet};

/// What a sign-up has to show for an inviter.
struct Found {
    code: Code,
    program: Arc<Program>,
    source: Source,
    click: Option<ClickToken>,
    invitation: Option<InvitationId>,
}

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

    /// The code that counts, by the product's order: given code, signed click, addressed invitation.
    fn find_code(&self, item: &Incoming) -> Result<Option<Found>, ProblemCode> {
        let event = &item.event;
        if let Some(text) = &event.code {
            let source = if event.kind == EventType::Claim {
                Source::Claim
            } else {
                Source::Code
            };
            let key = normalize(text).map_err(|_| ProblemCode::InviteCodeInvalid)?;
            let code = self
                .code_by_key
                .get(&key)
                .and_then(|id| self.codes.get(*id));
            return match code.and_then(|code| self.found(code, source)) {
                Some(found) if is_asked_for(item, &found.program) => Ok(Some(found)),
                _ => Err(ProblemCode::InviteCodeInvalid),
            };
        }
        Ok(self.by_click(item).or_else(|| self.by_invitation(item)))
    }

    fn found(&self, code: &Code, source: Source) -> Option<Found> {
        let program = self.programs.get(&code.program)?;
        Some(Found {
            code: code.clone(),
            program: Arc::clone(program),
            source,
            click: None,
            invitation: None,
        })
    }

    fn by_click(&self, item: &Incoming) -> Option<Found> {
        let tokens: Vec<ClickToken> = item
            .event
            .clicks
            .iter()
            .filter_map(|text| ClickToken::verify(text, &self.secret))
            .filter(|token| self.codes.get(token.code).is_some())
            .collect();
        let latest = tokens.iter().max_by_key(|token| token.click)?;
        let program = item
            .event
            .program
            .as_deref()
            .and_then(|slug| self.program_by_slug(slug))
            .or_else(|| {
                self.programs
                    .get(&self.codes.get(latest.code)?.program)
                    .cloned()
            })?;
        let own: Vec<ClickToken> = tokens
            .into_iter()
            .filter(|token| {
                self.codes
                    .get(token.code)
                    .is_some_and(|code| code.program == program.id)
            })
            .collect();
        let policy = &program.settings.attribution;
        let click = choose_click(&own, policy.touch, policy.click_window_days, self.now)?;
        let found = self.found(self.codes.get(click.code)?, Source::Click)?;
        Some(Found {
            click: Some(click),
            ..found
        })
    }

    fn by_invitation(&self, item: &Incoming) -> Option<Found> {
        let key = email_key(item.event.email.as_deref()?);
        let open = self
            .invitations
            .iter()
            .filter(|invitation| {
                invitation.email_key == key && invitation.state == InvitationState::Sent
            })
            .filter(|invitation| self.now < invitation.expires_at)
            .max_by_key(|invitation| invitation.id)?;
        let found = self.found(self.codes.get(open.code)?, Source::Invitation)?;
        is_asked_for(item, &found.program).then_some(Found {
            invitation: Some(open.id),
            ..found
        })
    }

    /// A sign-up that shows nothing is refused where a code is needed to join, and else simply not attributed.
    fn without_code(&self, item: &Incoming) -> Option<ProblemCode> {
        let program = item
            .event
            .program
            .as_deref()
            .and_then(|slug| self.program_by_slug(slug))?;
        (program.kind == ProgramKind::InviteOnly).then_some(ProblemCode::InviteCodeInvalid)
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
                    .get(*id)
                    .is_some_and(|referral| referral.program == program.id)
            })
        })
    }

    fn quota_left(&self, program: &Program, code: &Code) -> Option<u32> {
        let policy = program.settings.quota.as_ref()?;
        let standing = self.standings.get((program.id, code.owner?));
        Some(standing.map_or(policy.invites, |standing| {
            quota_left(policy, standing, self.now)
        }))
    }

    fn evidence(&self, item: &Incoming, member: &Member, code: &Code) -> Evidence {
        let inviter = code.owner.and_then(|id| self.members.get(id));
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

    /// Records the referral with everything that counts because of it.
    fn register(
        &mut self,
        item: &Incoming,
        member: &Member,
        found: &Found,
        (verdict, score): (Verdict, u32),
    ) -> ReferralId {
        let program = &found.program;
        let days = program.settings.expire_after_days;
        let referral = Referral {
            id: self.id(),
            project: self.project,
            program: program.id,
            version: program.version,
            inviter: found
                .code
                .owner
                .filter(|_| found.code.kind != CodeKind::Program),
            invitee: member.id,
            code: found.code.id,
            click: found.click.map(|click| click.click),
            source: found.source,
            channel: channel(item, found),
            state: ReferralState::Registered,
            verdict,
            score,
            reason: None,
            address_hash: item.address_hash,
            device_hash: item.device_hash,
            expires_at: days.map(|days| self.now + TimeDelta::days(i64::from(days))),
            created_at: self.now,
            qualified_at: None,
            updated_at: self.now,
        };
        self.facts.push(Fact::ReferralRegistered {
            referral: referral.id,
            program: program.id,
            inviter: referral.inviter,
            invitee: member.id,
            channel: referral.channel.clone(),
        });
        self.seen_from
            .extend(item.address_hash.map(|hash| (hash, member.id)));
        self.seen_on
            .extend(item.device_hash.map(|hash| (hash, member.id)));
        if let Some(code) = self.codes.change(found.code.id) {
            code.uses += 1;
            if code.max_uses == Some(code.uses) {
                // Whoever remembers the code has to learn that it is used up.
                self.facts.push(Fact::CodeChanged {
                    code: code.id,
                    key: code.key.clone(),
                });
            }
        }
        if let Some(invitation) = found.invitation.and_then(|id| self.invitations.change(id)) {
            invitation.state = InvitationState::Accepted;
        }
        self.count_for_inviter(program, &referral);
        self.join_waitlist(program, member);
        let id = referral.id;
        self.referrals_of.entry(member.id).or_default().push(id);
        self.referrals.insert(id, referral);
        id
    }

    fn count_for_inviter(&mut self, program: &Program, referral: &Referral) {
        let Some(inviter) = referral.inviter else {
            return;
        };
        let now = self.now;
        let moved_up = i64::from(program.settings.waitlist.move_up) * PLACE + 1;
        let waitlist = program.kind == ProgramKind::Waitlist;
        let standing = self.standing(program.id, inviter);
        standing.registered += 1;
        if let Some(policy) = &program.settings.quota {
            let (used, since) = quota_period(policy, standing, now);
            standing.quota_used = used + 1;
            standing.quota_since = since;
        }
        if waitlist && let Some(key) = standing.wait_key {
            // One more than whole places: whoever moved up stands before whoever stood there.
            standing.wait_key = Some(key - moved_up);
        }
    }

    /// A sign-up for a waitlist without an inviter still gets its place.
    fn queue_up(&mut self, item: &Incoming, member: &Member) {
        if let Some(program) = item
            .event
            .program
            .as_deref()
            .and_then(|slug| self.program_by_slug(slug))
        {
            self.join_waitlist(&program, member);
        }
    }

    fn join_waitlist(&mut self, program: &Program, member: &Member) {
        if program.kind != ProgramKind::Waitlist {
            return;
        }
        let placed = self
            .standings
            .get((program.id, member.id))
            .and_then(|standing| standing.wait_key);
        if placed.is_some() {
            return;
        }
        let Some(next) = self.joined.get_mut(&program.id) else {
            return;
        };
        let place = *next;
        *next += 1;
        self.standing(program.id, member.id).wait_key = Some(place * PLACE);
    }

    /// What follows from an attributed sign-up: its own rewards, its qualification, and what came before it.
    fn settle_sign_up(
        &mut self,
        item: &Incoming,
        id: EventId,
        referral: ReferralId,
        decision: &mut Decision,
    ) -> Result<Vec<kernel::GrantId>, Problem> {
        let Some(row) = self.referrals.get(referral) else {
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
        decision.to = self.referrals.get(referral).map(|row| row.state);
        decision.waiting_for = self.waiting_for(&program, referral);
        Ok(grants)
    }

    /// Qualifies a referral and counts it for the inviter.
    pub(super) fn qualify(&mut self, program: &Program, referral: ReferralId) -> bool {
        if !self.advance(referral, Move::Qualify) {
            return false;
        }
        let now = self.now;
        let inviter = self.referrals.change(referral).and_then(|row| {
            row.qualified_at = Some(now);
            row.expires_at = None;
            row.inviter
        });
        if let Some(inviter) = inviter {
            self.standing(program.id, inviter).qualified += 1;
        }
        true
    }
}

/// Whether the event names this program or none.
fn is_asked_for(item: &Incoming, program: &Program) -> bool {
    item.event
        .program
        .as_ref()
        .is_none_or(|slug| *slug == program.slug)
}

/// Distance between two places of a waitlist: room for those who move up.
const PLACE: i64 = 1024;

/// The channel a referral came through: the event's word, else how it was found.
fn channel(item: &Incoming, found: &Found) -> String {
    let told = item
        .event
        .properties
        .get("channel")
        .and_then(|value| value.as_str());
    let told = told
        .filter(|text| !text.is_empty() && text.len() <= 64)
        .map(str::to_owned);
    told.unwrap_or_else(|| match found.source {
        Source::Invitation => "email".to_owned(),
        Source::Click => "link".to_owned(),
        Source::Code | Source::Claim => "direct".to_owned(),
    })
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
