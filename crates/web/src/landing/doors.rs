//! Why somebody cannot join, told kindly, with what can be done.

use app::landing::Landing;
use domain::programs::{Program, ProgramStatus};
use kernel::ProblemCode;

use super::promise::first_name;
use crate::look::{Frame, filters::fill};

/// What stands in the way.
#[derive(Debug)]
pub(super) struct Sorry {
    /// In a few words.
    pub(super) title: String,
    /// What can be done.
    pub(super) sentence: String,
}

/// What stands in the way of whoever comes with this code, if anything does.
pub(super) fn sorry(f: &Frame, landing: &Landing, came_with_code: bool) -> Option<Sorry> {
    let t = &f.t.landing;
    if !landing.program.is_open(f.now) {
        return Some(closed(f, &landing.program));
    }
    let title = match landing.problem? {
        ProblemCode::InviteCodeExpired => t.expired_title,
        ProblemCode::InviteCodeRevoked => t.revoked_title,
        ProblemCode::InviteCodeExhausted => t.exhausted_title,
        _ if !came_with_code => return None,
        _ => {
            return Some(Sorry {
                title: t.unknown_title.to_owned(),
                sentence: t.unknown.to_owned(),
            });
        }
    };
    let inviter = landing
        .link
        .as_ref()
        .and_then(|link| link.inviter.as_deref());
    let sentence = match inviter {
        Some(name) => fill(t.ask_friend, "name", first_name(name)),
        None => t.ask_again.to_owned(),
    };
    Some(Sorry {
        title: title.to_owned(),
        sentence,
    })
}

fn closed(f: &Frame, program: &Program) -> Sorry {
    let t = &f.t.landing;
    let name = &program.settings.name;
    let soon = program.settings.starts_at.filter(|start| f.now < *start);
    let over = program.settings.ends_at.is_some_and(|end| f.now >= end);
    let (title, sentence) = match (program.status, soon) {
        (ProgramStatus::Ended, _) => (t.ended_title, t.ended.to_owned()),
        _ if over => (t.ended_title, t.ended.to_owned()),
        (ProgramStatus::Active, Some(start)) => {
            (t.soon_title, fill(t.soon, "date", &f.date(&start)))
        }
        _ => (t.paused_title, t.paused.to_owned()),
    };
    Sorry {
        title: fill(title, "program", name),
        sentence,
    }
}
