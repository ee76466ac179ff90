#![doc = include_str!("../README.md")]

mod args;
mod background;
mod commands;
mod demo;
mod installation;
mod operations;
mod output;
mod reference;
mod secret;
mod serve;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    no_huge_pages();
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

/// The allocator asks for pages of 2 MiB, and each small object keeps one of them: an idle server would take twice the
/// memory that it uses.
fn no_huge_pages() {
    // Where the system does not know the wish, nothing is lost but memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
