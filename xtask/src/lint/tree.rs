//! The repository in memory.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};

/// Every file of the repository that git knows or would add; text where it is UTF-8.
#[derive(Debug, Clone, Default)]
pub struct Tree(BTreeMap<String, Option<String>>);

impl Tree {
    /// The work tree at `root`. Files that are not added yet count, so that a finding comes before the commit.
    pub fn from_git(root: &Path) -> Result<Self> {
        let output = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root)
            .output()
            .context("cannot run git")?;
        ensure!(
            output.status.success(),
            "git ls-files: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let listing = String::from_utf8(output.stdout).context("a path is not UTF-8")?;
        let files = listing
            .split_terminator('\0')
            .map(|path| (path, root.join(path)));
        let present = files.filter(|(_, absolute)| absolute.is_file());
        present
            .map(|(path, absolute)| {
                let bytes = fs::read(&absolute).with_context(|| format!("cannot read {path}"))?;
                Ok((path.to_owned(), String::from_utf8(bytes).ok()))
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    /// A tree of text files, each with its path from the root.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            files
                .into_iter()
                .map(|(path, text)| (path.to_owned(), Some(text.to_owned())))
                .collect(),
        )
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path)?.as_deref()
    }

    /// Path and text of every file whose path ends in one of `endings`.
    pub fn texts(&self, endings: &[&str]) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Whether `path` is a file or a directory of the tree; the empty path is its root.
    pub fn has(&self, path: &str) -> bool {
        let directory = format!("{path}/");
        path.is_empty()
            || self.0.contains_key(path)
            || self.0.keys().any(|file| file.starts_with(&directory))
    }
}
