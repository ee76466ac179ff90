//! The audit trail: who did what, each entry bound to the one before it.

use kernel::{ProjectId, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its place in the trail.
    pub seq: i64,
    /// The tenant; none for what concerns the installation.
    pub project: Option<ProjectId>,
    /// When.
    pub at: Timestamp,
    /// Who: see [`kernel::Actor::label`].
    pub actor: String,
    /// What: `program.paused`.
    pub action: String,
    /// To what: the id.
    pub subject: String,
    /// The rest: before and after, reasons. Never secrets.
    pub detail: Value,
    /// [`chain`] of the entry before and this one.
    pub hash: [u8; 32],
}

/// What stands before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

/// The hash that binds an entry to the one before it. Covers everything but the entry's own `hash`.
pub fn chain(previous: [u8; 32], entry: &AuditEntry) -> [u8; 32] {
    let mut bytes = previous.to_vec();
    bytes.extend(entry.seq.to_be_bytes());
    bytes.extend(entry.at.timestamp_micros().to_be_bytes());
    let project = entry.project.map(|id| id.to_string()).unwrap_or_default();
    for text in [&project, &entry.actor, &entry.action, &entry.subject] {
        write_text(text, &mut bytes);
    }
    write_value(&entry.detail, &mut bytes);
    Sha256::digest(&bytes).into()
}

/// Checks a stretch of the trail that follows an entry with the hash `previous`, or [`GENESIS`], and returns the last
/// hash, with which the next stretch is checked.
///
/// # Errors
/// The `seq` of the first entry that was changed, moved, or whose predecessor is missing.
pub fn verify<'a>(
    previous: [u8; 32],
    entries: impl IntoIterator<Item = &'a AuditEntry>,
) -> Result<[u8; 32], i64> {
    entries.into_iter().try_fold(previous, |previous, entry| {
        if chain(previous, entry) == entry.hash {
            Ok(entry.hash)
        } else {
            Err(entry.seq)
        }
    })
}

/// Length first: `ab` + `c` is not `a` + `bc`.
fn write_text(text: &str, bytes: &mut Vec<u8>) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// The same bytes for the same value, whatever order a database gives the keys back in.
fn write_value(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            bytes.push(b'{');
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            for (name, value) in members {
                write_text(name, bytes);
                write_value(value, bytes);
            }
            bytes.push(b'}');
        }
        Value::Array(items) => {
            bytes.push(b'[');
            for item in items {
                write_value(item, bytes);
            }
            bytes.push(b']');
        }
        scalar => write_text(&scalar.to_string(), bytes),
    }
}
