//! The tour of the book, run as it stands there.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::program::data_dir;

const TOUR: &str = include_str!("../../../../docs/start/tour.md");
/// What the tour asks of a reader's machine beside what every machine has.
const TOOLS: [&str; 3] = ["bash", "curl", "python3"];

#[test]
fn every_block_of_the_tour_prints_what_the_page_says() {
    if let Some(tool) = TOOLS.into_iter().find(|tool| !is_there(tool)) {
        eprintln!("skipped: the tour needs {tool}, which is not installed");
        return;
    }
    let output = run(&blocks("sh").concat());
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}\n{said}\n{complaint}",
        output.status
    );
    let mut said_lines = said.lines();
    for shown in blocks("text") {
        for line in shown.lines().filter(|line| *line != "…") {
            assert!(
                said_lines.any(|said| is_shortened(line, said)),
                "the tour does not print, after what stands above it: {line}\n{said}"
            );
        }
    }
}

/// The code blocks of one language, in order.
fn blocks(language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut inside = false;
    for event in Parser::new(TOUR) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == language => {
                inside = true;
                blocks.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) if inside => blocks.last_mut().unwrap().push_str(&text),
            _ => {}
        }
    }
    assert!(blocks.len() > 10, "{language}: {}", blocks.len());
    blocks
}

fn run(script: &str) -> Output {
    let temporary = data_dir();
    let file = temporary.path().join("tour.sh");
    fs::write(&file, script).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let [port, hook_port] = free_ports();
    let mut command = Command::new("bash");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("INVITER_") {
            command.env_remove(name);
        }
    }
    command
        .args(["-euo", "pipefail"])
        .arg(file)
        .current_dir(root)
        .env("INVITER", env!("CARGO_BIN_EXE_inviter"))
        .env("PORT", port.to_string())
        .env("HOOK_PORT", hook_port.to_string())
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Two ports that nobody had a moment ago.
fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn is_there(tool: &str) -> bool {
    let mut command = Command::new(tool);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether `shown` is `said` with parts left out, each marked by `…`.
fn is_shortened(shown: &str, said: &str) -> bool {
    let Some((first, rest)) = shown.split_once('…') else {
        return shown == said;
    };
    let (middle, last) = rest.rsplit_once('…').unwrap_or(("", rest));
    let Some(mut left) = said
        .strip_prefix(first)
        .and_then(|left| left.strip_suffix(last))
    else {
        return false;
    };
    middle.split('…').all(|part| {
        left.find(part)
            .map(|at| left = &left[at + part.len()..])
            .is_some()
    })
}
