//! How a record lies in a segment: length of the whole frame (u32, little endian), CRC-32 (u32), payload.
//!
//! The checksum covers the frame's position too, so what an earlier use of the same blocks left behind never
//! passes for a record.

use std::io::{self, ErrorKind, Read};

/// Bytes in front of a payload.
const HEADER: usize = 8;

/// What lies at a position.
pub(super) enum Found {
    /// A whole frame with this payload.
    Payload(Vec<u8>),
    /// Nothing yet.
    End,
    /// Something that is not a whole frame.
    Torn,
}

/// Bytes that a payload takes in a segment.
pub(super) const fn size(payload: &[u8]) -> usize {
    HEADER + payload.len()
}

/// Most bytes of a payload where a segment has `segment_bytes`.
pub(super) fn longest(segment_bytes: u64) -> usize {
    let frame = segment_bytes.min(u64::from(u32::MAX));
    usize::try_from(frame).map_or(usize::MAX, |frame| frame.saturating_sub(HEADER))
}

/// Appends the frame of `payload` that will lie at `position`.
pub(super) fn put(buffer: &mut Vec<u8>, position: u64, payload: &[u8]) {
    let length = u32::try_from(size(payload)).expect("a payload is at most `longest`");
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&checksum(position, length, payload).to_le_bytes());
    buffer.extend_from_slice(payload);
}

/// Reads the frame at `position`, which is where `input` stands. `room` is how many bytes the segment has from there.
pub(super) fn read(input: &mut impl Read, position: u64, room: u64) -> io::Result<Found> {
    if room < HEADER as u64 {
        return Ok(Found::End);
    }
    let (mut length, mut sum) = ([0; 4], [0; 4]);
    input.read_exact(&mut length)?;
    input.read_exact(&mut sum)?;
    let length = u32::from_le_bytes(length);
    if length == 0 {
        return Ok(Found::End);
    }
    let size = usize::try_from(length).unwrap_or(usize::MAX);
    if size < HEADER || u64::from(length) > room {
        return Ok(Found::Torn);
    }
    let mut payload = vec![0; size - HEADER];
    match input.read_exact(&mut payload) {
        Ok(()) if checksum(position, length, &payload) == u32::from_le_bytes(sum) => {
            Ok(Found::Payload(payload))
        }
        Ok(()) => Ok(Found::Torn),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Found::Torn),
        Err(error) => Err(error),
    }
}

fn checksum(position: u64, length: u32, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&position.to_le_bytes());
    hasher.update(&length.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}
