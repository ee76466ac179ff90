//! A mail server of one thread per connection, with moods.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What the server does with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes it.
    Accepting,
    /// Knows no such person.
    Refusing,
    /// Asks to come again.
    Busy,
    /// Asks for another password.
    Locked,
    /// Hangs up once it has the mail, without an answer.
    Dying,
}

/// A running server and what it took.
#[derive(Debug)]
pub(crate) struct SmtpServer {
    pub(crate) port: u16,
    inbox: Arc<Mutex<Vec<String>>>,
}

impl SmtpServer {
    pub(crate) fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let inbox = Arc::<Mutex<Vec<String>>>::default();
        let shared = Arc::clone(&inbox);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inbox = Arc::clone(&shared);
                // A client that hangs up ends its conversation and nothing else.
                thread::spawn(move || converse(&stream, mood, &inbox));
            }
        });
        Self { port, inbox }
    }

    pub(crate) fn mails(&self) -> Vec<String> {
        self.inbox.lock().expect("no test panicked").clone()
    }
}

fn converse(stream: &TcpStream, mood: Mood, inbox: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let answer = |text: &str| (&mut &*stream).write_all(format!("{text}\r\n").as_bytes());
    answer("220 test")?;
    while let Some(line) = lines.next() {
        let line = line?;
        let verb = line
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match (verb.as_str(), mood) {
            ("EHLO", _) => answer("250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN")?,
            ("AUTH", Mood::Locked) => answer("535 5.7.8 wrong password")?,
            ("AUTH", _) => answer("235 welcome")?,
            ("RCPT", Mood::Refusing) => answer("550 5.1.1 no such person")?,
            ("RCPT", Mood::Busy) => answer("451 4.3.0 come again")?,
            ("DATA", _) => {
                answer("354 go on")?;
                let mail = body(&mut lines)?;
                if mood == Mood::Dying {
                    return Ok(());
                }
                inbox.lock().expect("no test panicked").push(mail);
                answer("250 taken")?;
            }
            ("QUIT", _) => return answer("221 bye"),
            _ => answer("250 fine")?,
        }
    }
    Ok(())
}

fn body(lines: &mut impl Iterator<Item = io::Result<String>>) -> io::Result<String> {
    let mut mail = String::new();
    for line in lines {
        let line = line?;
        if line == "." {
            break;
        }
        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
        mail.push_str("\r\n");
    }
    Ok(mail)
}
