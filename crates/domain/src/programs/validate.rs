//! Whether settings make sense: everything that is wrong, at once.

use std::collections::HashSet;

use kernel::{FieldError, Timestamp, is_usable};

use super::{ProgramKind, ProgramSettings, WaitlistPolicy};

mod rules;

/// The longest window, hold or expiry: ten years.
const MOST_DAYS: u32 = 3650;

/// Everything that is wrong with settings, each with the path of its field. Empty: they can be used.
pub fn validate(kind: ProgramKind, settings: &ProgramSettings) -> Vec<FieldError> {
    let mut findings = Findings::default();
    about(settings, &mut findings);
    dates(settings.starts_at, settings.ends_at, &mut findings);
    windows(settings, &mut findings);
    codes_and_quota(settings, &mut findings);
    budgets(settings, &mut findings);
    risk(settings, &mut findings);
    if kind != ProgramKind::Waitlist {
        findings.expect(
            settings.waitlist == WaitlistPolicy::default(),
            "waitlist",
            "not_for_this_kind",
            "Only waitlists have places to move up.",
        );
    }
    rules::check(settings, &mut findings);
    findings.0
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Findings(Vec<FieldError>);

impl Findings {
    /// Notes a fault unless the condition holds.
    fn expect(&mut self, holds: bool, field: impl Into<String>, code: &str, message: &str) {
        if !holds {
            self.0.push(FieldError {
                field: field.into(),
                code: code.to_owned(),
                message: message.to_owned(),
            });
        }
    }

    /// A name for people: something, and not too much.
    fn expect_name(&mut self, name: &str, field: impl Into<String>) {
        let field = field.into();
        self.expect(
            !name.trim().is_empty(),
            field.clone(),
            "required",
            "Give it a name.",
        );
        self.expect(
            name.chars().count() <= 120,
            field,
            "too_long",
            "Use at most 120 characters.",
        );
    }

    fn expect_days(&mut self, days: u32, least: u32, field: impl Into<String>) {
        let fits = (least..=MOST_DAYS).contains(&days);
        let message = format!("Use {least} to {MOST_DAYS} days.");
        self.expect(fits, field, "out_of_range", &message);
    }

    fn expect_at_least_one(&mut self, number: Option<u32>, field: impl Into<String>) {
        self.expect(
            number != Some(0),
            field,
            "out_of_range",
            "Use 1 or more, or leave it out.",
        );
    }

    fn expect_event(&mut self, name: &str, field: impl Into<String>) {
        let field = field.into();
        let fits = (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.:-".contains(&b));
        self.expect(
            fits,
            field.clone(),
            "invalid",
            "An event's name is 1 to 64 of: lower-case letters, digits, `_`, `.`, `:`, `-`.",
        );
        self.expect(
            !matches!(name, "refund" | "claim"),
            field,
            "not_allowed",
            "Refunds and claims earn nothing.",
        );
    }
}

fn about(settings: &ProgramSettings, findings: &mut Findings) {
    findings.expect_name(&settings.name, "name");
    let short = settings.description.chars().count() <= 2000;
    findings.expect(
        short,
        "description",
        "too_long",
        "Use at most 2000 characters.",
    );
    let web = settings.landing_url.as_ref().is_none_or(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
    });
    findings.expect(
        web,
        "landing_url",
        "invalid",
        "Use an http or https URL without credentials.",
    );
    findings.expect_event(&settings.qualify_on, "qualify_on");
}

fn dates(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>, findings: &mut Findings) {
    for (time, field) in [(starts_at, "starts_at"), (ends_at, "ends_at")] {
        let message = "Use a time from 1970 to 9999.";
        findings.expect(time.is_none_or(is_usable), field, "out_of_range", message);
    }
    let ordered = starts_at
        .zip(ends_at)
        .is_none_or(|(start, end)| start < end);
    findings.expect(
        ordered,
        "ends_at",
        "out_of_order",
        "The end has to be after the start.",
    );
}

fn windows(settings: &ProgramSettings, findings: &mut Findings) {
    let attribution = &settings.attribution;
    findings.expect_days(
        attribution.click_window_days,
        0,
        "attribution.click_window_days",
    );
    findings.expect_days(
        attribution.claim_window_days,
        0,
        "attribution.claim_window_days",
    );
    findings.expect_days(
        settings.expire_after_days.unwrap_or(1),
        1,
        "expire_after_days",
    );
}

fn codes_and_quota(settings: &ProgramSettings, findings: &mut Findings) {
    let codes = &settings.codes;
    let fits = (6..=16).contains(&codes.length);
    findings.expect(
        fits,
        "codes.length",
        "out_of_range",
        "Use 6 to 16 characters.",
    );
    findings.expect_at_least_one(codes.max_uses, "codes.max_uses");
    findings.expect_days(
        codes.expire_after_days.unwrap_or(1),
        1,
        "codes.expire_after_days",
    );
    let fits = (1..=1000).contains(&codes.per_member);
    findings.expect(
        fits,
        "codes.per_member",
        "out_of_range",
        "Use 1 to 1000 codes.",
    );
    if let Some(quota) = &settings.quota {
        findings.expect_at_least_one(Some(quota.invites), "quota.invites");
        findings.expect_days(quota.refill_days.unwrap_or(1), 1, "quota.refill_days");
    }
}

fn budgets(settings: &ProgramSettings, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (index, budget) in settings.budgets.iter().enumerate() {
        let at = format!("budgets[{index}]");
        let positive = budget.amount.is_positive();
        findings.expect(
            positive,
            format!("{at}.amount"),
            "out_of_range",
            "Use more than zero.",
        );
        let new = seen.insert(&budget.unit);
        findings.expect(
            new,
            format!("{at}.unit"),
            "duplicate",
            "A unit has one budget.",
        );
    }
}

fn risk(settings: &ProgramSettings, findings: &mut Findings) {
    let risk = &settings.risk;
    findings.expect_at_least_one(Some(risk.hold_at), "risk.hold_at");
    let ordered = risk.hold_at <= risk.review_at;
    let message = "The thresholds rise: hold, review, block.";
    findings.expect(ordered, "risk.review_at", "out_of_order", message);
    let ordered = risk.review_at <= risk.block_at;
    findings.expect(ordered, "risk.block_at", "out_of_order", message);
    findings.expect_days(risk.hold_days, 0, "risk.hold_days");
}
