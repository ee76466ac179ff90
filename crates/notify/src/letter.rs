//! What there is to tell a person, and its rendering into their language.

use domain::{notices::NoticeKind, rewards::Reward};
use kernel::Timestamp;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use url::Url;

use crate::{
    Locale,
    words::{date_words, reward_words},
};

/// Something to tell one person. Serialises, so that it can wait in the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// The application's name.
    pub project: String,
    /// The program's name.
    pub program: String,
    /// Where the button leads.
    pub link: Url,
    /// The reader's name, where it is known.
    pub name: Option<String>,
    /// What there is to tell.
    pub news: News,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// To somebody outside: you are invited.
    Invitation {
        /// Who invites, where their name is known.
        inviter: Option<String>,
        /// A line from them.
        message: Option<String>,
        /// Until when the invitation is valid.
        expires_at: Timestamp,
    },
    /// To the invitee: you joined.
    Welcome {
        /// Who invited, where their name is known.
        inviter: Option<String>,
    },
    /// To the inviter: somebody joined through you.
    FriendJoined {
        /// Who joined, where their name is known.
        friend: Option<String>,
    },
    /// To the beneficiary: a reward was granted and is not yet theirs to use.
    RewardGranted {
        /// The reward.
        reward: Reward,
        /// The end of its hold; none where only a person's approval is missing.
        held_until: Option<Timestamp>,
    },
    /// To the beneficiary: a reward is theirs to use.
    RewardAvailable {
        /// The reward.
        reward: Reward,
        /// When it expires.
        expires_at: Option<Timestamp>,
    },
    /// To the beneficiary: a reward was taken back or refused.
    RewardReversed {
        /// What was taken back: for units, that amount.
        reward: Reward,
    },
    /// To an operator: choose another password.
    PasswordReset {
        /// For how many minutes the link works.
        minutes: i64,
    },
    /// To an operator whom somebody has added: choose a password.
    ChoosePassword {
        /// For how many hours the link works.
        hours: i64,
    },
    /// To a member: come into the portal.
    SignInLink {
        /// For how many minutes the link works.
        minutes: i64,
    },
}

/// The kinds of e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailKind {
    /// An invitation addressed to one e-mail.
    Invitation,
    /// To the invitee: you joined.
    Welcome,
    /// To the inviter: somebody joined.
    FriendJoined,
    /// A reward was granted.
    RewardGranted,
    /// A reward can be used.
    RewardAvailable,
    /// A reward was taken back or refused.
    RewardReversed,
    /// A link to choose another password.
    PasswordReset,
    /// A link to choose a first password.
    ChoosePassword,
    /// A link into the portal.
    SignInLink,
}

impl EmailKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Invitation,
        Self::Welcome,
        Self::FriendJoined,
        Self::RewardGranted,
        Self::RewardAvailable,
        Self::RewardReversed,
        Self::PasswordReset,
        Self::ChoosePassword,
        Self::SignInLink,
    ];

    /// Its name, as its templates are named.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Welcome => "welcome",
            Self::FriendJoined => "friend_joined",
            Self::RewardGranted => "reward_granted",
            Self::RewardAvailable => "reward_available",
            Self::RewardReversed => "reward_reversed",
            Self::PasswordReset => "password_reset",
            Self::ChoosePassword => "choose_password",
            Self::SignInLink => "sign_in_link",
        }
    }
}

impl From<NoticeKind> for EmailKind {
    fn from(kind: NoticeKind) -> Self {
        match kind {
            NoticeKind::Welcome => Self::Welcome,
            NoticeKind::FriendJoined => Self::FriendJoined,
            NoticeKind::RewardGranted => Self::RewardGranted,
            NoticeKind::RewardAvailable => Self::RewardAvailable,
            NoticeKind::RewardReversed => Self::RewardReversed,
        }
    }
}

impl News {
    /// Its kind.
    pub const fn kind(&self) -> EmailKind {
        match self {
            Self::Invitation { .. } => EmailKind::Invitation,
            Self::Welcome { .. } => EmailKind::Welcome,
            Self::FriendJoined { .. } => EmailKind::FriendJoined,
            Self::RewardGranted { .. } => EmailKind::RewardGranted,
            Self::RewardAvailable { .. } => EmailKind::RewardAvailable,
            Self::RewardReversed { .. } => EmailKind::RewardReversed,
            Self::PasswordReset { .. } => EmailKind::PasswordReset,
            Self::ChoosePassword { .. } => EmailKind::ChoosePassword,
            Self::SignInLink { .. } => EmailKind::SignInLink,
        }
    }

    /// What its templates may name beside the letter's own fields: nothing else is defined.
    fn context(&self, locale: Locale) -> Value {
        let date = |at: &Timestamp| date_words(at.date_naive(), locale);
        let words = |reward| reward_words(reward, locale);
        match self {
            Self::Invitation {
                inviter,
                message,
                expires_at,
            } => {
                context! { inviter, message, until => date(expires_at) }
            }
            Self::Welcome { inviter } => context! { inviter },
            Self::FriendJoined { friend } => context! { friend },
            Self::RewardGranted { reward, held_until } => {
                context! { reward => words(reward), until => held_until.as_ref().map(date) }
            }
            Self::RewardAvailable { reward, expires_at } => {
                context! { reward => words(reward), until => expires_at.as_ref().map(date) }
            }
            Self::RewardReversed { reward } => context! { reward => words(reward) },
            Self::PasswordReset { minutes } | Self::SignInLink { minutes } => context! { minutes },
            Self::ChoosePassword { hours } => context! { hours },
        }
    }
}

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line; also what an in-app notice says.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// A whole HTML document.
    pub html: String,
}

/// A template failed: a fault of ours, not of the letter.
#[derive(Debug, thiserror::Error)]
#[error("a template of the kind {kind:?} failed in {locale:?}: {source}")]
pub struct RenderError {
    kind: EmailKind,
    locale: Locale,
    source: minijinja::Error,
}

/// The letter in the words of `locale`. People's own words are escaped in the HTML.
pub fn render(letter: &Letter, locale: Locale) -> Result<Rendered, RenderError> {
    let kind = letter.news.kind();
    let context = context! {
        lang => locale.lang(),
        project => &letter.project,
        program => &letter.program,
        link => letter.link.as_str(),
        name => &letter.name,
        ..letter.news.context(locale)
    };
    let part = |extension: &str| {
        let name = format!("{}/{}.{extension}", locale.as_str(), kind.as_str());
        let text = TEMPLATES
            .get_template(&name)
            .and_then(|template| template.render(&context));
        text.map_err(|source| RenderError {
            kind,
            locale,
            source,
        })
    };
    let subject = part("subject.txt")?
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Ok(Rendered {
        subject,
        text: part("txt")?,
        html: part("html")?,
    })
}

/// Steps that one template may take: far more than the longest needs.
const FUEL: u64 = 50_000;

macro_rules! embedded {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
    (letters $($name:literal)*) => {
        [$(
            (concat!($name, ".subject.txt"), include_str!(concat!("../templates/", $name, ".subject.txt"))),
            (concat!($name, ".txt"), include_str!(concat!("../templates/", $name, ".txt"))),
            (concat!($name, ".html"), include_str!(concat!("../templates/", $name, ".html"))),
        )*]
    };
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let layouts = embedded!("layout.html" "en/layout.html" "zh/layout.html");
    let letters = embedded!(letters
        "en/invitation" "en/welcome" "en/friend_joined"
        "en/reward_granted" "en/reward_available" "en/reward_reversed"
        "en/password_reset" "en/choose_password" "en/sign_in_link"
        "zh/invitation" "zh/welcome" "zh/friend_joined"
        "zh/reward_granted" "zh/reward_available" "zh/reward_reversed"
        "zh/password_reset" "zh/choose_password" "zh/sign_in_link"
    );
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    for (name, source) in layouts.into_iter().chain(letters) {
        environment
            .add_template(name, source)
            .expect("the embedded templates are well-formed");
    }
    environment
});
