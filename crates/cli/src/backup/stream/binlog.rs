//! A binary log of MySQL, taken apart into its transactions.
//!
//! Each is what stands from one event that names a transaction (`GTID_LOG_EVENT`) to the next. That event says how long all of it is, and
//! when it was committed.

use anyhow::{Context, Result, bail, ensure};
use data_encoding::HEXLOWER;
use kernel::Timestamp;

const MAGIC: &[u8] = b"\xfebin";
/// What every event begins with: time, kind, server, length, position, flags.
const HEADER: usize = 19;
const FORMAT_DESCRIPTION: u8 = 15;
const NAMED: u8 = 33;
/// Kinds that stand between transactions and are of no use to whoever replays them: the end of a file and the name of the next,
/// signs of life, and what was in the files before.
const BETWEEN: [u8; 5] = [3, 4, 27, 41, 35];

/// One transaction.
#[derive(Debug)]
pub(crate) struct Transaction<'a> {
    /// The server or group that named it.
    pub(crate) source: String,
    /// Its number there.
    pub(crate) number: u64,
    /// When it was committed where it was first.
    pub(crate) at: Timestamp,
    /// All its events.
    pub(crate) bytes: &'a [u8],
}

/// Takes a log apart that comes in blocks.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    /// What came and was not taken.
    rest: Vec<u8>,
    preamble: Vec<u8>,
}

impl Splitter {
    /// One for what follows such a beginning.
    pub(crate) fn after(preamble: Vec<u8>) -> Self {
        Self {
            rest: Vec::new(),
            preamble,
        }
    }

    /// The beginning of a log, which says how the events are to be read; empty before it has come.
    pub(crate) fn preamble(&self) -> &[u8] {
        &self.preamble
    }

    /// Takes more of the log, and hands on every transaction that is complete by now.
    pub(crate) fn feed(
        &mut self,
        more: &[u8],
        mut each: impl FnMut(Transaction<'_>) -> Result<()>,
    ) -> Result<()> {
        self.rest.extend_from_slice(more);
        let mut at = 0;
        if self.preamble.is_empty() {
            if self.rest.len() < MAGIC.len() {
                return Ok(());
            }
            ensure!(self.rest.starts_with(MAGIC), "this is no binary log");
            at = MAGIC.len();
        }
        while let Some(length) = length(&self.rest[at..])? {
            let event = &self.rest[at..at + length];
            match event[4] {
                FORMAT_DESCRIPTION => {
                    if self.preamble.is_empty() {
                        self.preamble = [MAGIC, event].concat();
                    }
                }
                NAMED => each(transaction(event)?)?,
                kind if BETWEEN.contains(&kind) => {}
                kind => bail!(
                    "an event of kind {kind} stands outside of a transaction: `gtid_mode` has to be ON, without tags"
                ),
            }
            at += length;
        }
        // The magic is part of the preamble only together with the event behind it.
        if !self.preamble.is_empty() {
            self.rest.drain(..at);
        }
        Ok(())
    }
}

/// How long that is which begins here, an event or a transaction; none where not all of it is there.
fn length(rest: &[u8]) -> Result<Option<usize>> {
    if rest.len() < HEADER {
        return Ok(None);
    }
    let mut length = usize::try_from(u32::from_le_bytes(array(&rest[9..13])?))?;
    ensure!(length >= HEADER, "an event of {length} bytes cannot be");
    if rest.len() < length {
        return Ok(None);
    }
    if rest[4] == NAMED {
        length = length.max(whole(&rest[HEADER..length])?);
    }
    Ok((rest.len() >= length).then_some(length))
}

fn transaction(bytes: &[u8]) -> Result<Transaction<'_>> {
    let body = &bytes[HEADER..];
    ensure!(
        body.len() >= 49,
        "an event that names a transaction is too short"
    );
    let hex = HEXLOWER.encode(&body[1..17]);
    let source = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-");
    let (here, replicated) = time(body)?;
    let origin = if replicated {
        micros(&body[49..])?
    } else {
        here
    };
    let at = Timestamp::from_timestamp_micros(origin & 0x7f_ffff_ffff_ffff);
    Ok(Transaction {
        source,
        number: u64::from_le_bytes(array(&body[17..25])?),
        at: at.context("a transaction was committed at no time")?,
        bytes,
    })
}

/// When it was committed on the server of the log, and whether it came there from another.
fn time(body: &[u8]) -> Result<(i64, bool)> {
    let here = micros(body.get(42..).unwrap_or_default())?;
    Ok((here, here >> 55 & 1 == 1))
}

/// The length of a whole transaction, behind its times.
fn whole(body: &[u8]) -> Result<usize> {
    let at = if time(body)?.1 { 56 } else { 49 };
    let rest = body.get(at..).unwrap_or_default();
    let bytes = match rest.first() {
        Some(0xfc) => 2,
        Some(0xfd) => 3,
        Some(0xfe) => 8,
        Some(small) => return Ok(usize::from(*small)),
        None => bail!("an event that names a transaction does not say how long it is"),
    };
    let mut number = [0; 8];
    let said = rest
        .get(1..=bytes)
        .context("the length of a transaction is cut short")?;
    number[..bytes].copy_from_slice(said);
    Ok(usize::try_from(u64::from_le_bytes(number))?)
}

/// Seven bytes, the lowest first.
fn micros(bytes: &[u8]) -> Result<i64> {
    let mut number = [0; 8];
    let said = bytes
        .get(..7)
        .context("the time of a transaction is cut short")?;
    number[..7].copy_from_slice(said);
    Ok(i64::from_le_bytes(number))
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    Ok(bytes.try_into()?)
}
