//! Files of lines: how they are read, and what is said of a line that is refused.

use csv::{ByteRecord, ReaderBuilder, Terminator, Trim};
use kernel::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};

/// A line that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLine {
    /// Which one, from 1.
    pub line: u64,
    /// The column; empty where it is the whole line.
    pub column: String,
    /// Why not.
    pub code: ProblemCode,
    /// The same in words.
    pub message: String,
}

impl RefusedLine {
    /// A line whose cell in `column` is not valid.
    pub(crate) fn invalid(line: u64, column: &str, message: &str) -> Self {
        Self {
            line,
            column: column.to_owned(),
            code: ProblemCode::ValidationFailed,
            message: message.to_owned(),
        }
    }
}

/// The lines of CSV (UTF-8) with their numbers. Empty ones are passed over.
pub(crate) fn lines(csv: &[u8]) -> impl Iterator<Item = Result<(u64, ByteRecord), Problem>> {
    let csv = csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv);
    let records = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        // Counts lines right, and leaves a carriage return to be trimmed.
        .terminator(Terminator::Any(b'\n'))
        .from_reader(csv)
        .into_byte_records();
    records
        // Memory does not fail to be read, and any bytes are records.
        .map(|record| record.map_err(|_| Problem::from(ProblemCode::Internal)))
        .filter(|record| !matches!(record, Ok(record) if record.as_slice().is_empty()))
        .map(|record| {
            let record = record?;
            Ok((record.position().map_or(0, csv::Position::line), record))
        })
}
