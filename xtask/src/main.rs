//! `cargo xtask`: the command line of the house rules.

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use cargo_metadata::{Metadata, MetadataCommand};
use clap::Parser;
use xtask::{
    lint::{self, Graph, Tree},
    reference,
};

/// Keeps the house in order.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Check the rules that clippy cannot hold.
    Lint,
    /// Write docs/reference from what the binary says about itself.
    Gen {
        /// Only compare; fail where a page differs.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<ExitCode> {
    let command = Command::parse();
    let metadata = MetadataCommand::new().no_deps().exec()?;
    let sound = match command {
        Command::Lint => check_rules(&metadata)?,
        Command::Gen { check } => generate(&metadata, check)?,
    };
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn check_rules(metadata: &Metadata) -> Result<bool> {
    let tree = Tree::from_git(metadata.workspace_root.as_std_path())?;
    let findings = lint::check(&tree, &Graph::from(metadata));
    for finding in &findings {
        println!("{finding}\n");
    }
    println!(
        "xtask lint: {} files, {} findings",
        tree.len(),
        findings.len()
    );
    Ok(findings.is_empty())
}

fn generate(metadata: &Metadata, check: bool) -> Result<bool> {
    let binary = reference::build(metadata)?;
    let pages = Path::new(&metadata.workspace_root).join("docs/reference");
    if !check {
        reference::write(&binary, &pages)?;
        return Ok(true);
    }
    let stale = reference::stale(&binary, &pages)?;
    for page in &stale {
        println!(
            "docs/reference/{page} differs from what the binary says: run `cargo xtask gen` and commit it"
        );
    }
    Ok(stale.is_empty())
}
