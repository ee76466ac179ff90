//! What people type into forms, made into what use cases take.

use app::{
    Period,
    members::{find_member, get_member, list_members},
};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use domain::members::{Member, email_key};
use kernel::{FieldError, PageRequest, Problem, ProblemCode, Timestamp};

use super::list::Listing;
use crate::{answer::PageError, door::Desk};

/// A fault of a field.
pub(super) fn fault(field: &str, code: &str) -> FieldError {
    FieldError {
        field: field.to_owned(),
        code: code.to_owned(),
        message: String::new(),
    }
}

/// Text without blanks around it; none where nothing is left.
pub(super) fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A whole number; none where nothing is typed.
pub(super) fn number<N: std::str::FromStr>(
    text: &str,
    field: &str,
    faults: &mut Vec<FieldError>,
) -> Option<N> {
    let text = some(text)?;
    let parsed = text.replace([',', ' '], "").parse().ok();
    if parsed.is_none() {
        faults.push(fault(field, "out_of_range"));
    }
    parsed
}

/// The end of a day (UTC), that day included; none where nothing is typed.
pub(super) fn day_end(text: &str, field: &str, faults: &mut Vec<FieldError>) -> Option<Timestamp> {
    let end = midnight(&some(text)?, 1);
    if end.is_none() {
        faults.push(fault(field, "invalid"));
    }
    end
}

/// The day before an end, as a date field takes it.
pub(super) fn last_day(end: Option<Timestamp>) -> String {
    end.map(|end| (end - TimeDelta::milliseconds(1)).format("%Y-%m-%d"))
        .map(|day| day.to_string())
        .unwrap_or_default()
}

/// The days that a list's filters `from` and `to` name, both included.
pub(super) fn period(listing: &Listing) -> Period {
    Period {
        from: midnight(listing.get("from"), 0),
        until: midnight(listing.get("to"), 1),
    }
}

fn midnight(day: &str, later: u64) -> Option<Timestamp> {
    let day: NaiveDate = day.parse().ok()?;
    let day = day.checked_add_days(Days::new(later))?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

/// The member whom somebody typed: by our id, the application's, or e-mail.
///
/// # Errors
/// A fault of the field where there is nobody of this name.
pub(super) async fn member(
    desk: &Desk,
    text: &str,
    field: &str,
) -> Result<Result<Member, FieldError>, PageError> {
    let (app, ctx, project) = (&desk.app, &desk.ctx, desk.project.id);
    let text = text.trim();
    let found = match text.parse() {
        Ok(id) => get_member(app, ctx, project, id).await,
        Err(_) => find_member(app, ctx, project, text).await,
    };
    match found {
        Ok(member) => return Ok(Ok(member)),
        Err(error) if error.problem().code != ProblemCode::NotFound => return Err(error.into()),
        Err(_) => {}
    }
    let key = email_key(text);
    let few = PageRequest::new(None, None);
    let alike = list_members(app, ctx, project, Some(text), few).await?;
    let same = |member: &Member| member.email_key.as_deref() == Some(key.as_str());
    let found = alike.items.into_iter().find(same);
    Ok(found.ok_or_else(|| fault(field, "unknown")))
}

/// Where on a form a refusal belongs: each problem that is the fault of one field.
pub(super) fn placed(problem: Problem, places: &[(ProblemCode, &str, &str)]) -> Problem {
    let place = places.iter().find(|(code, ..)| *code == problem.code);
    match place {
        Some((_, field, code)) => Problem::fields(vec![fault(field, code)]),
        None => problem,
    }
}
