//! Which passwords are good enough.

/// The passwords that are tried first, of those that are long enough to be chosen here.
const MOST_USED: &str = include_str!("passwords.txt");
/// Characters.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFlaw {
    /// Fewer than 12 characters.
    TooShort,
    /// More than 128 characters.
    TooLong,
    /// Among the first that anybody would try.
    TooCommon,
}

impl PasswordFlaw {
    /// The stable name.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooCommon => "too_common",
        }
    }

    /// What to do, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::TooShort => "Use at least 12 characters.",
            Self::TooLong => "Use at most 128 characters.",
            Self::TooCommon => "This is one of the first passwords that somebody would try.",
        }
    }
}

/// What is wrong with a password of somebody with this e-mail and this name; none: it is good enough.
pub fn password_flaw(password: &str, email: &str, name: &str) -> Option<PasswordFlaw> {
    let length = password.chars().count();
    if length < *LENGTH.start() {
        return Some(PasswordFlaw::TooShort);
    }
    if length > *LENGTH.end() {
        return Some(PasswordFlaw::TooLong);
    }
    let plain = plain(password);
    let local = email.split('@').next().unwrap_or_default();
    let own = [email, local, name]
        .iter()
        .any(|text| self::plain(text) == plain);
    (own || is_repeated(&plain) || MOST_USED.lines().any(|used| used == plain))
        .then_some(PasswordFlaw::TooCommon)
}

/// Without what people put in to make a password look longer.
fn plain(text: &str) -> String {
    let ignored = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_' | '.');
    text.to_lowercase().chars().filter(ignored).collect()
}

/// The same few characters again and again.
fn is_repeated(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (1..=4).any(|period| {
        letters
            .iter()
            .skip(period)
            .zip(&letters)
            .all(|(c, before)| c == before)
    })
}
