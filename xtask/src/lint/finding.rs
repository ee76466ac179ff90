//! What a broken rule looks like to the person who has to mend it.

use std::fmt;

/// A rule, with the reason it exists and the way to keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Crates depend on each other in the directions of the table only.
    Direction,
    /// ARCHITECTURE.md shows the table that is checked.
    DocumentedTable,
    /// Files are short.
    Length,
    /// Modules say what they are about.
    ModuleName,
    /// `foo.rs` beside `foo/`, never `foo/mod.rs`.
    ModRs,
    /// Tests live in `tests/`.
    InlineTest,
    /// Only `store` knows the ORM.
    Orm,
    /// Each crate explains itself.
    Readme,
    /// Nothing is left undone or tied to one machine.
    Word,
    /// Relative links lead somewhere.
    Link,
    /// Every page of the book can be reached.
    Book,
}

impl Rule {
    /// The name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direction => "direction",
            Self::DocumentedTable => "documented-table",
            Self::Length => "length",
            Self::ModuleName => "module-name",
            Self::ModRs => "mod-rs",
            Self::InlineTest => "inline-test",
            Self::Orm => "orm",
            Self::Readme => "readme",
            Self::Word => "word",
            Self::Link => "link",
            Self::Book => "book",
        }
    }

    /// Why the rule exists.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Direction => {
                "data flows one way; an edge against it couples rooms that must change alone"
            }
            Self::DocumentedTable => "a table that readers trust has to be the one that is checked",
            Self::Length => "what does not fit in a head is not reviewed",
            Self::ModuleName => "a name that fits everything collects everything",
            Self::ModRs => "ten tabs called mod.rs cannot be told apart",
            Self::InlineTest => {
                "tests inside the code double its length and reach into its private parts"
            }
            Self::Orm => "one crate knows the database, so that one crate changes with it",
            Self::Readme => "who opens a room reads on its door what it is for",
            Self::Word => {
                "what is left undone belongs into an issue, and paths of one machine into none"
            }
            Self::Link => "a reader who follows a dead link stops reading",
            Self::Book => "a page outside the table of contents is never found and never kept",
        }
    }

    /// How to keep the rule.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Direction => {
                "move the code to the room that may know both, or change TABLE in xtask/src/lint/edges.rs by an ADR"
            }
            Self::DocumentedTable => "copy the row into the dependency table of ARCHITECTURE.md",
            Self::Length => "split it by subject; `foo.rs` gets a directory `foo/`",
            Self::ModuleName => "name it after the thing it is about",
            Self::ModRs => "move foo/mod.rs to foo.rs",
            Self::InlineTest => "move the test to tests/it/, under the path of what it tests",
            Self::Orm => "add a repository function to crates/store and call that",
            Self::Readme => {
                "write README.md beside Cargo.toml and include it with #![doc = include_str!(\"../README.md\")]"
            }
            Self::Word => {
                "do it now, or file an issue and remove the note; take paths from the configuration"
            }
            Self::Link => "mend the link or write the page",
            Self::Book => "add the page to docs/SUMMARY.md or delete it",
        }
    }
}

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Path from the root of the repository, with `:line` where there is one.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Finding {
    /// A finding about a whole file.
    pub fn file(rule: Rule, path: &str, what: impl Into<String>) -> Self {
        Self {
            rule,
            place: path.to_owned(),
            what: what.into(),
        }
    }

    /// A finding about one line, counted from 1.
    pub fn line(rule: Rule, path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            rule,
            place: format!("{path}:{line}"),
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}: {}", self.rule.name(), self.place, self.what)?;
        writeln!(f, "  why: {}", self.rule.reason())?;
        write!(f, "  do:  {}", self.rule.remedy())
    }
}
