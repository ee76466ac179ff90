//! What the kernel tells about a process.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// Ticks per second of the times in `/proc`: fixed for programs, whatever the kernel itself uses.
const TICKS: f64 = 100.0;

/// CPU time of a process so far, all its threads together.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program, in parentheses, may hold anything.
    let (_, fields) = stat
        .rsplit_once(')')
        .context("/proc has another shape here")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || {
        fields
            .next()
            .and_then(|field| field.parse::<f64>().ok())
            .context("no CPU time in /proc")
    };
    Ok(Duration::from_secs_f64((ticks()? + ticks()?) / TICKS))
}

/// Resident memory of a process in KiB.
pub(crate) fn resident(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .context("no VmRSS in /proc")
}
