#![doc = include_str!("../README.md")]

mod agent;
mod args;
mod background;
mod backup;
mod commands;
mod demo;
mod guard;
mod installation;
mod operations;
mod output;
mod reference;
mod secret;
mod serve;

use std::process::ExitCode;

/// Without pages of 2 MiB (the feature `no_thp`): each small object keeps one of them, and an idle server would take twice
/// the memory that it uses.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(args::parse()) {
        Ok(code) => code,
        // Whoever reads has read enough: `inviter config generate | head`.
        Err(error) if output::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", output::told(&error));
            ExitCode::FAILURE
        }
    }
}
