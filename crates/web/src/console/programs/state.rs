//! What a program is and where it stands, in words.

use domain::programs::{Program, ProgramKind, ProgramSettings, ProgramStatus};

use crate::look::{Frame, filters::fill};

/// What a program is for.
pub(super) fn kind(f: &Frame, kind: ProgramKind) -> &'static str {
    match kind {
        ProgramKind::Referral => f.t.programs.referral,
        ProgramKind::Waitlist => f.t.programs.waitlist,
        ProgramKind::InviteOnly => f.t.programs.invite_only,
    }
}

/// Where a program stands and how its badge looks. An active one outside its dates is said to be so.
pub(super) fn status(f: &Frame, program: &Program) -> (&'static str, &'static str) {
    let t = &f.t.programs;
    let settings = &program.settings;
    match program.status {
        ProgramStatus::Draft => (t.draft, ""),
        ProgramStatus::Active if settings.starts_at.is_some_and(|start| f.now < start) => {
            (t.scheduled, "calm")
        }
        ProgramStatus::Active if settings.ends_at.is_some_and(|end| f.now >= end) => {
            (t.run_out, "warn")
        }
        ProgramStatus::Active => (t.active, "good"),
        ProgramStatus::Paused => (t.paused, "warn"),
        ProgramStatus::Ended => (t.ended, ""),
    }
}

/// From when until when.
pub(super) fn dates(f: &Frame, settings: &ProgramSettings) -> String {
    let t = &f.t.programs;
    match (&settings.starts_at, &settings.ends_at) {
        (None, None) => t.always.to_owned(),
        (Some(start), None) => fill(t.from_day, "day", &f.date(start)),
        (None, Some(end)) => fill(t.until_day, "day", &f.date(end)),
        (Some(start), Some(end)) => {
            let from = fill(t.from_until, "from", &f.date(start));
            fill(&from, "until", &f.date(end))
        }
    }
}
