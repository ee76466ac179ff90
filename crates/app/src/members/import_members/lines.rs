//! What the lines of a file of members say.

use std::collections::HashMap;

use csv::ByteRecord;
use domain::members::email_key;
use kernel::Problem;

use crate::{
    exports::unguarded,
    imports::{self, RefusedLine},
    members::NewMember,
};

/// The columns that are taken.
const COLUMNS: [&str; 4] = ["external_id", "email", "name", "locale"];
/// What else an export has. Another installation has ids of its own, and knows a member from when it first heard of them.
const PASSED_OVER: [&str; 2] = ["id", "created_at"];

/// A member of the file.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) new: NewMember,
}

/// The members of a file, and the lines that are none.
pub(super) fn read(csv: &[u8]) -> Result<(Vec<Line>, Vec<RefusedLine>), Problem> {
    let (mut lines, mut refused) = (Vec::new(), Vec::new());
    let mut records = imports::lines(csv);
    let Some((number, header)) = records.next().transpose()? else {
        return Ok((lines, refused));
    };
    let places = match places(number, &header) {
        Ok(places) => places,
        // Without names no other line can be judged.
        Err(faults) => return Ok((lines, faults)),
    };
    let mut seen = HashMap::new();
    for record in records {
        let (number, record) = record?;
        let taken = member(number, &record, &places, header.len())
            .and_then(|new| once(number, &new, &mut seen).map(|()| new));
        match taken {
            Ok(new) => lines.push(Line { number, new }),
            Err(faults) => refused.extend(faults),
        }
    }
    Ok((lines, refused))
}

/// Where each of the columns stands.
fn places(line: u64, header: &ByteRecord) -> Result<[Option<usize>; 4], Vec<RefusedLine>> {
    let names: Vec<_> = header
        .iter()
        .map(|name| String::from_utf8_lossy(name).to_lowercase())
        .collect();
    let places = COLUMNS.map(|column| names.iter().position(|name| name == column));
    if places[0].is_none() && places[1].is_none() {
        let message =
            "The first line names the columns: external_id, email or both, and name, locale.";
        return Err(vec![RefusedLine::invalid(line, "", message)]);
    }
    let unknown = names.iter().filter(|name| {
        !COLUMNS
            .iter()
            .chain(&PASSED_OVER)
            .any(|known| known == name)
    });
    let faults: Vec<_> = unknown
        .map(|name| {
            let message = "There is no such column; known: external_id, email, name, locale.";
            RefusedLine::invalid(line, name, message)
        })
        .collect();
    if faults.is_empty() {
        Ok(places)
    } else {
        Err(faults)
    }
}

/// The member of a line; an empty cell says nothing.
fn member(
    line: u64,
    record: &ByteRecord,
    places: &[Option<usize>; 4],
    most: usize,
) -> Result<NewMember, Vec<RefusedLine>> {
    let invalid = |column: &str, message: &str| vec![RefusedLine::invalid(line, column, message)];
    if record.len() > most {
        return Err(invalid("", "The line has more cells than the first one."));
    }
    let cell = |column: usize| {
        let bytes = places[column].and_then(|place| record.get(place));
        let text = std::str::from_utf8(bytes.unwrap_or_default())
            .map_err(|_| invalid(COLUMNS[column], "The cell is not UTF-8."))?;
        Ok::<_, Vec<RefusedLine>>(Some(unguarded(text).to_owned()).filter(|text| !text.is_empty()))
    };
    let new = NewMember {
        external_id: cell(0)?,
        email: cell(1)?,
        name: cell(2)?,
        locale: cell(3)?,
    };
    new.check().map_err(|problem| {
        let faults = problem.fields.iter();
        faults
            .map(|fault| RefusedLine::invalid(line, &fault.field, &fault.message))
            .collect::<Vec<_>>()
    })?;
    Ok(new)
}

/// Whether no line before names the same member: the order of two such lines would decide.
fn once(
    line: u64,
    new: &NewMember,
    seen: &mut HashMap<(&str, String), u64>,
) -> Result<(), Vec<RefusedLine>> {
    let email = new.email.as_deref().map(email_key);
    let names = [("external_id", new.external_id.clone()), ("email", email)];
    for (column, name) in names {
        let Some(name) = name else { continue };
        if let Some(before) = seen.insert((column, name), line) {
            let message = format!("Line {before} has the same.");
            return Err(vec![RefusedLine::invalid(line, column, &message)]);
        }
    }
    Ok(())
}
