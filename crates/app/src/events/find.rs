//! Finding the inviter: by code, by signed click, by addressed invitation.

use std::sync::Arc;

use domain::{
    codes::{Code, normalize},
    invitations::InvitationState,
    members::email_key,
    programs::{Program, ProgramKind},
    referrals::{ClickToken, EventType, Source, choose_click},
};
use kernel::{InvitationId, ProblemCode};

use super::{batch::Incoming, working_set::WorkingSet};

/// What a sign-up has to show for an inviter.
pub(super) struct Found {
    pub(super) code: Code,
    pub(super) program: Arc<Program>,
    pub(super) source: Source,
    pub(super) click: Option<ClickToken>,
    pub(super) invitation: Option<InvitationId>,
}

impl WorkingSet {
    /// The code that counts, by the product's order: given code, signed click, addressed invitation.
    pub(super) fn find_code(&self, item: &Incoming) -> Result<Option<Found>, ProblemCode> {
        let event = &item.event;
        if let Some(text) = &event.code {
            let source = if event.kind == EventType::Claim {
                Source::Claim
            } else {
                Source::Code
            };
            let key = normalize(text).map_err(|_| ProblemCode::InviteCodeInvalid)?;
            let code = self.code_by_key.get(&key).and_then(|id| self.codes.get(id));
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
            .filter(|token| self.codes.get(&token.code).is_some())
            .collect();
        let latest = tokens.iter().max_by_key(|token| token.click)?;
        let program = item
            .event
            .program
            .as_deref()
            .and_then(|slug| self.program_by_slug(slug))
            .or_else(|| {
                self.programs
                    .get(&self.codes.get(&latest.code)?.program)
                    .cloned()
            })?;
        let own: Vec<ClickToken> = tokens
            .into_iter()
            .filter(|token| {
                self.codes
                    .get(&token.code)
                    .is_some_and(|code| code.program == program.id)
            })
            .collect();
        let policy = &program.settings.attribution;
        let click = choose_click(&own, policy.touch, policy.click_window_days, self.now)?;
        let found = self.found(self.codes.get(&click.code)?, Source::Click)?;
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
        let found = self.found(self.codes.get(&open.code)?, Source::Invitation)?;
        is_asked_for(item, &found.program).then_some(Found {
            invitation: Some(open.id),
            ..found
        })
    }

    /// A sign-up that shows nothing is refused where a code is needed to join, and else simply not attributed.
    pub(super) fn without_code(&self, item: &Incoming) -> Option<ProblemCode> {
        let program = item
            .event
            .program
            .as_deref()
            .and_then(|slug| self.program_by_slug(slug))?;
        (program.kind == ProgramKind::InviteOnly).then_some(ProblemCode::InviteCodeInvalid)
    }
}

/// Whether the event names this program or none.
fn is_asked_for(item: &Incoming, program: &Program) -> bool {
    item.event
        .program
        .as_ref()
        .is_none_or(|slug| *slug == program.slug)
}
