use std::{collections::HashSet, path::Path};

use chrono::DateTime;
use domain::{notices::NoticeKind, rewards::Reward};
use inviter_notify::{EmailKind, Letter, Locale, News, Rendered, render};
use kernel::{Amount, Timestamp};

fn third_of_may() -> Timestamp {
    DateTime::from_timestamp(1_777_800_000, 0).expect("a valid time")
}

fn credits() -> Reward {
    Reward::Units {
        unit: "credits".parse().expect("a unit"),
        amount: Amount(100),
    }
}

fn letter(name: Option<&str>, news: News) -> Letter {
    Letter {
        project: "Inspi & Co".to_owned(),
        program: "Spring".to_owned(),
        link: "https://example.com/me?a=1&b=2".parse().expect("a URL"),
        name: name.map(str::to_owned),
        news,
    }
}

/// Each kind with every optional part, and with none.
fn letters() -> Vec<Letter> {
    let name = || Some("Ada".to_owned());
    let at = third_of_may();
    let full = [
        News::Invitation {
            inviter: name(),
            message: Some("Come along".to_owned()),
            expires_at: at,
        },
        News::Welcome { inviter: name() },
        News::FriendJoined { friend: name() },
        News::RewardGranted {
            reward: credits(),
            held_until: Some(at),
        },
        News::RewardAvailable {
            reward: credits(),
            expires_at: Some(at),
        },
        News::RewardReversed { reward: credits() },
        News::PasswordReset { minutes: 60 },
        News::ChoosePassword { hours: 72 },
        News::SignInLink { minutes: 30 },
    ];
    let bare = [
        News::Invitation {
            inviter: None,
            message: None,
            expires_at: at,
        },
        News::Welcome { inviter: None },
        News::FriendJoined { friend: None },
        News::RewardGranted {
            reward: credits(),
            held_until: None,
        },
        News::RewardAvailable {
            reward: credits(),
            expires_at: None,
        },
        News::RewardReversed { reward: credits() },
        News::PasswordReset { minutes: 60 },
        News::ChoosePassword { hours: 72 },
        News::SignInLink { minutes: 30 },
    ];
    let full = full.map(|news| letter(Some("Grace"), news));
    full.into_iter()
        .chain(bare.map(|news| letter(None, news)))
        .collect()
}

fn words(letter: &Letter, locale: Locale) -> Rendered {
    render(letter, locale).expect("embedded templates render")
}

#[test]
fn every_kind_is_worded_in_both_languages() {
    let mut kinds = HashSet::new();
    for letter in letters() {
        kinds.insert(letter.news.kind());
        let [en, zh] = Locale::ALL.map(|locale| words(&letter, locale));
        for part in [&en, &zh] {
            assert!(!part.subject.is_empty() && !part.subject.contains('\n'));
            assert!(
                part.text.contains("https://example.com/me?a=1&b=2"),
                "{}",
                part.text
            );
            assert!(part.html.trim_end().ends_with("</html>"));
            assert!(part.html.contains("Inspi &amp; Co"), "{}", part.html);
            for text in [&part.subject, &part.text, &part.html] {
                assert!(
                    !text.replace("decoration:none", "").contains("none") && !text.contains("{{"),
                    "left over: {text}"
                );
            }
        }
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(is_chinese(&zh.subject) && is_chinese(&zh.text) && is_chinese(&zh.html));
        assert!(!is_chinese(&en.subject) && !is_chinese(&en.text) && !is_chinese(&en.html));
    }
    assert_eq!(kinds, HashSet::from(EmailKind::ALL));
}

#[test]
fn the_folders_hold_exactly_the_templates_of_the_kinds() {
    for locale in Locale::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("templates")
            .join(locale.as_str());
        let found: HashSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let mut wanted: HashSet<String> = EmailKind::ALL
            .iter()
            .flat_map(|kind| {
                ["subject.txt", "txt", "html"].map(|part| format!("{}.{part}", kind.as_str()))
            })
            .collect();
        wanted.insert("layout.html".to_owned());
        assert_eq!(found, wanted, "{locale:?}");
    }
}

#[test]
fn the_facts_are_in_the_text() {
    let all = letters();
    let invitation = words(&all[0], Locale::En);
    assert_eq!(invitation.subject, "Ada invites you to Inspi & Co");
    assert!(invitation.text.contains("“Come along”"));
    assert!(invitation.text.contains("until 3 May 2026"));
    let granted = words(&all[3], Locale::Zh);
    assert_eq!(granted.subject, "你获得了奖励：100 点额度");
    assert!(granted.text.contains("2026年5月3日"), "{}", granted.text);
    assert!(
        words(&all[12], Locale::Zh).text.contains("审核"),
        "without a date it waits for a person"
    );
    assert!(words(&all[13], Locale::En).text.contains("does not expire"));
    for (place, valid) in [(6, "60 minutes"), (7, "72 hours"), (8, "30 minutes")] {
        assert!(words(&all[place], Locale::En).html.contains(valid));
    }
}

#[test]
fn peoples_words_stay_words() {
    let hostile = letter(
        None,
        News::Invitation {
            inviter: Some("<b>Eve</b>\r\nBcc: x@example.com {{ link }}".to_owned()),
            message: Some("<script>alert(1)</script>".to_owned()),
            expires_at: third_of_may(),
        },
    );
    for locale in Locale::ALL {
        let rendered = words(&hostile, locale);
        assert!(!rendered.subject.contains(['\r', '\n']));
        assert!(
            rendered.subject.contains("{{ link }}"),
            "a name is no template"
        );
        assert!(!rendered.html.contains("<script>") && !rendered.html.contains("<b>"));
    }
}

#[test]
fn a_letter_can_wait_in_the_queue() {
    for letter in letters() {
        let stored = serde_json::to_string(&letter).unwrap();
        assert_eq!(serde_json::from_str::<Letter>(&stored).unwrap(), letter);
    }
}

#[test]
fn every_notice_has_an_email_of_the_same_name() {
    let notices = [
        NoticeKind::Welcome,
        NoticeKind::FriendJoined,
        NoticeKind::RewardGranted,
        NoticeKind::RewardAvailable,
        NoticeKind::RewardReversed,
    ];
    for notice in notices {
        let name = serde_json::to_value(notice).unwrap();
        assert_eq!(name, EmailKind::from(notice).as_str());
    }
}
