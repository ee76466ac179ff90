//! The binary as a child process.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

/// A data directory that is gone after the test.
pub(crate) fn data_dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The program on this data directory, with none of the settings of whoever runs the tests.
pub(crate) fn inviter(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inviter"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("INVITER_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(data)
        .arg("--set")
        .arg(format!("data_dir={}", data.display()));
    command.args(words).stdin(Stdio::null());
    command
}

/// What a command that ends by itself said.
pub(crate) fn run(data: &Path, words: &[&str]) -> Output {
    inviter(data, words).output().unwrap()
}

/// The standard output of a command that has to succeed.
pub(crate) fn said(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The standard error of a command that has to fail with code 1.
pub(crate) fn complained(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    assert_eq!(output.status.code(), Some(1), "{words:?}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A process that lives until it is told to end, or the test does.
pub(crate) struct Server {
    child: Child,
    log: Receiver<Value>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Serves on `data`, and is ready.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more words on the command line.
    pub(crate) fn start_with(data: &Path, words: &[&str]) -> Self {
        let (child, log) = spawn(data, words);
        let mut server = Self {
            child,
            log,
            address: ([127, 0, 0, 1], 0).into(),
        };
        let ready = server.line("ready");
        server.address = ready["address"].as_str().unwrap().parse().unwrap();
        server
    }

    /// The next line of the log with this message.
    pub(crate) fn line(&self, message: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = self
                .log
                .recv_timeout(until.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|_| panic!("the log never said: {message}"));
            if line["message"] == message {
                return line;
            }
        }
    }

    /// An answer: status, headers, body.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        get(self.address, path, headers)
    }

    /// How the system schedules each of its threads: `/proc/PID/task/TID/stat`, field 41.
    pub(crate) fn policies(&self) -> Vec<String> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let policy = |stat: String| {
            // Fields are counted from behind the name, which may hold anything.
            let (_, behind) = stat.rsplit_once(')')?;
            behind.split_whitespace().nth(38).map(str::to_owned)
        };
        threads
            .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("stat")).ok())
            .filter_map(policy)
            .collect()
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits for the end: the exit code, and what stood on standard output.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "it does not end");
            thread::sleep(Duration::from_millis(20));
        };
        let mut said = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (status.code(), said)
    }

    /// Ends it and gives what it said on standard output.
    pub(crate) fn stop(self) -> String {
        self.terminate();
        let (code, said) = self.ended();
        assert_eq!(code, Some(0));
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A worker that has begun to work.
pub(crate) fn worker(data: &Path) -> Server {
    let (child, log) = spawn(data, &["worker"]);
    let server = Server {
        child,
        log,
        address: ([127, 0, 0, 1], 0).into(),
    };
    server.line("working");
    server
}

fn spawn(data: &Path, words: &[&str]) -> (Child, Receiver<Value>) {
    let mut child = inviter(
        data,
        &[
            "--set",
            "server.bind=127.0.0.1:0",
            "--set",
            "log.format=json",
        ],
    )
    .args(words)
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (sender, log) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
            // Nobody may care any more.
            drop(sender.send(value));
        }
    });
    (child, log)
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Asks without a client library, so that nothing is added to the request.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(address, "GET", path, headers, "")
}

/// The same with any method and a body.
pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n"
    )
    .unwrap();
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n").unwrap();
    }
    if !body.is_empty() {
        write!(stream, "content-length: {}\r\n", body.len()).unwrap();
    }
    write!(stream, "\r\n{body}").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}
