//! The generated pages of `docs/reference/`: what the binary says about itself, committed and compared.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use cargo_metadata::Metadata;

/// What `inviter reference TOPIC` is asked for, and the page that holds the answer.
pub const PAGES: [(&str, &str); 6] = [
    ("openapi", "openapi.json"),
    ("config", "config.md"),
    ("cli", "cli.md"),
    ("metrics", "metrics.md"),
    ("permissions", "permissions.md"),
    ("problems", "problems.md"),
];

/// Builds the binary and tells where it is.
pub fn build(metadata: &Metadata) -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args([
            "build",
            "--quiet",
            "--package",
            "inviter-cli",
            "--bin",
            "inviter",
        ])
        .current_dir(&metadata.workspace_root)
        .status()?;
    ensure!(
        status.success(),
        "the binary does not build; see cargo's messages above"
    );
    Ok(metadata.target_directory.join("debug/inviter").into())
}

/// Writes every page into `pages`.
pub fn write(binary: &Path, pages: &Path) -> Result<()> {
    fs::create_dir_all(pages)?;
    for (topic, page) in PAGES {
        fs::write(pages.join(page), ask(binary, topic)?)?;
    }
    Ok(())
}

/// The pages in `pages` that are missing or differ from what the binary says.
pub fn stale(binary: &Path, pages: &Path) -> Result<Vec<&'static str>> {
    let mut stale = Vec::new();
    for (topic, page) in PAGES {
        let fresh = ask(binary, topic)?;
        match fs::read(pages.join(page)) {
            Ok(committed) if committed == fresh => {}
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => stale.push(page),
        }
    }
    Ok(stale)
}

fn ask(binary: &Path, topic: &str) -> Result<Vec<u8>> {
    let output = Command::new(binary)
        .args(["reference", topic])
        .output()
        .with_context(|| format!("cannot run {}", binary.display()))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`inviter reference {topic}` failed: {complaint}"
    );
    ensure!(
        !output.stdout.is_empty(),
        "`inviter reference {topic}` printed nothing"
    );
    Ok(output.stdout)
}
