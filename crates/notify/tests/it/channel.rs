//! What every channel must do, and what each does in addition.

use std::{net::TcpListener, path::Path, sync::Arc, time::Duration};

use chrono::DateTime;
use inviter_notify::{
    Channel, MailSettings, MailTransport, Message, Security, SendError, SettingsError,
    SmtpSettings, mailer,
};
use kernel::{Clock, FakeClock, SecretString};
use tempfile::TempDir;

use crate::smtp_server::{Mood, SmtpServer};

fn clock() -> Arc<dyn Clock> {
    Arc::new(FakeClock::new(
        DateTime::from_timestamp(1_777_800_000, 0).expect("a valid time"),
    ))
}

fn channel(transport: MailTransport) -> Arc<dyn Channel> {
    let settings = MailSettings {
        from: "Inviter <invite@example.com>".to_owned(),
        reply_to: Some("help@example.com".to_owned()),
        transport,
    };
    mailer(settings, clock()).expect("settings that work")
}

fn smtp(port: u16) -> Arc<dyn Channel> {
    channel(MailTransport::Smtp(SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        login: Some(("inviter".to_owned(), SecretString::from("secret"))),
        timeout: Duration::from_secs(5),
        connections: 4,
    }))
}

fn message(id: &str) -> Message {
    Message {
        id: id.to_owned(),
        to: "ada@example.org".to_owned(),
        subject: "奖励 arrived".to_owned(),
        text: "Hello\r\n.a line that begins with a dot".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        headers: vec![("X-Inviter-Kind".to_owned(), "welcome".to_owned())],
    }
}

/// A channel under test and a way to see what arrived.
struct Subject {
    channel: Arc<dyn Channel>,
    arrived: Box<dyn Fn() -> Vec<String>>,
}

fn subjects() -> Vec<(Subject, Option<TempDir>)> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mail");
    let files = Subject {
        channel: channel(MailTransport::File(path.clone())),
        arrived: Box::new(move || eml_files(&path)),
    };
    let server = SmtpServer::start(Mood::Accepting);
    let over_smtp = Subject {
        channel: smtp(server.port),
        arrived: Box::new(move || server.mails()),
    };
    vec![(files, Some(folder)), (over_smtp, None)]
}

fn eml_files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .map(|path| {
            assert_eq!(
                path.extension().and_then(|e| e.to_str()),
                Some("eml"),
                "{} was left behind",
                path.display()
            );
            std::fs::read_to_string(path).expect("UTF-8")
        })
        .collect()
}

#[tokio::test]
async fn a_message_arrives_whole() {
    for (subject, _folder) in subjects() {
        subject.channel.send(&message("ntc_1")).await.unwrap();
        let mails = (subject.arrived)();
        let [mail] = mails.as_slice() else {
            panic!("one mail, not {}", mails.len())
        };
        for line in [
            "From: Inviter <invite@example.com>\r\n",
            "Reply-To: help@example.com\r\n",
            "To: ada@example.org\r\n",
            "Subject: =?utf-8?b?",
            "Message-ID: <ntc_1@example.com>\r\n",
            "Date: Sun, 03 May 2026 09:20:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "X-Inviter-Kind: welcome\r\n",
            "Content-Type: multipart/alternative;",
            "Hello\r\n.a line that begins with a dot",
            "<p>Hello</p>",
        ] {
            assert!(mail.contains(line), "{line:?} is missing in\n{mail}");
        }
    }
}

#[tokio::test]
async fn many_at_once_all_arrive() {
    for (subject, _folder) in subjects() {
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..20 {
            let channel = Arc::clone(&subject.channel);
            tasks.spawn(async move { channel.send(&message(&format!("ntc_{n}"))).await });
        }
        for outcome in tasks.join_all().await {
            outcome.unwrap();
        }
        let mails = (subject.arrived)();
        assert_eq!(mails.len(), 20);
        for n in 0..20 {
            let id = format!("<ntc_{n}@example.com>");
            assert_eq!(
                mails.iter().filter(|mail| mail.contains(&id)).count(),
                1,
                "{id}"
            );
        }
    }
}

#[tokio::test]
async fn what_can_never_be_a_mail_is_refused_for_good() {
    let cases: [fn(&mut Message); 8] = [
        |m| "nobody".clone_into(&mut m.to),
        |m| "a@example.org\r\nBcc: b@example.org".clone_into(&mut m.to),
        |m| "Hello\r\nBcc: b@example.org".clone_into(&mut m.subject),
        |m| "../escape".clone_into(&mut m.id),
        |m| "a>\r\nBcc: b@example.org".clone_into(&mut m.id),
        |m| m.id.clear(),
        |m| {
            m.headers
                .push(("X-A".to_owned(), "a\r\nBcc: b@example.org".to_owned()));
        },
        |m| {
            m.headers
                .push(("X-A: b\r\nBcc".to_owned(), "b@example.org".to_owned()));
        },
    ];
    for (subject, _folder) in subjects() {
        for (index, spoil) in cases.iter().enumerate() {
            let mut message = message("ntc_1");
            spoil(&mut message);
            let refused = subject.channel.send(&message).await.unwrap_err();
            assert!(!refused.retryable, "case {index}: {refused}");
        }
        assert!((subject.arrived)().is_empty());
    }
}

#[tokio::test]
async fn a_repeated_file_replaces_itself() {
    let folder = tempfile::tempdir().unwrap();
    let channel = channel(MailTransport::File(folder.path().to_owned()));
    channel.send(&message("ntc_1")).await.unwrap();
    channel.send(&message("ntc_1")).await.unwrap();
    assert_eq!(eml_files(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail");
    let channel = channel(MailTransport::File(path.clone()));
    std::fs::remove_dir(&path).unwrap();
    assert!(channel.send(&message("ntc_1")).await.unwrap_err().retryable);
    std::fs::create_dir(&path).unwrap();
    channel.send(&message("ntc_1")).await.unwrap();
    assert_eq!(eml_files(&path).len(), 1);
}

async fn failure(mood: Mood) -> SendError {
    let server = SmtpServer::start(mood);
    let outcome = smtp(server.port).send(&message("ntc_1")).await;
    let error = outcome.expect_err("this server takes nothing");
    assert!(server.mails().is_empty());
    error
}

#[tokio::test]
async fn a_server_says_whether_to_try_again() {
    let refused = failure(Mood::Refusing).await;
    assert!(!refused.retryable, "{refused}");
    for mood in [Mood::Busy, Mood::Dying, Mood::Locked] {
        let error = failure(mood).await;
        assert!(error.retryable, "{mood:?}: {error}");
        assert!(!error.detail.contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    assert!(
        smtp(port)
            .send(&message("ntc_1"))
            .await
            .unwrap_err()
            .retryable
    );
}

#[tokio::test]
async fn settings_that_cannot_work_are_named() {
    let occupied = tempfile::NamedTempFile::new().unwrap();
    let settings = |from: &str, path: &Path| MailSettings {
        from: from.to_owned(),
        reply_to: None,
        transport: MailTransport::File(path.to_owned()),
    };
    let no_address = mailer(settings("Inviter", occupied.path()), clock()).unwrap_err();
    assert!(matches!(&no_address, SettingsError::Address(text, _) if text == "Inviter"));
    let no_folder = mailer(settings("a@example.com", occupied.path()), clock()).unwrap_err();
    assert!(matches!(no_folder, SettingsError::Folder(..)));
}
