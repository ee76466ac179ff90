//! What a code looks like: made, compared, chosen.

use kernel::{Entropy, ProblemCode};
use rustrict::CensorStr;

/// No `0 O 1 I L U`: nothing that is misread, and fewer words by accident.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The most characters that a person may send as a code, dashes and spaces included.
const LONGEST_INPUT: usize = 96;

/// Texts that would be mistaken for the house itself.
const RESERVED: [&str; 11] = [
    "admin",
    "api",
    "console",
    "help",
    "inviter",
    "null",
    "official",
    "root",
    "support",
    "system",
    "undefined",
];

/// Why a text cannot be an invite code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Fewer than 3 or more than 32 characters, not counting dashes and spaces.
    #[error("a code has 3 to 32 letters and digits")]
    Length,
    /// Something other than letters, digits and dashes.
    #[error("a code consists of the letters A to Z, digits and dashes")]
    Characters,
    /// The profanity filter objects.
    #[error("this text is not suitable as a code")]
    Profane,
    /// A word that is kept for the service itself.
    #[error("this word is reserved")]
    Reserved,
}

impl CodeError {
    /// The problem for somebody who makes a code. Who looks one up is told `invite_code_invalid` instead.
    pub const fn code(self) -> ProblemCode {
        ProblemCode::CodeUnsuitable
    }
}

/// A random code of `length` characters from an alphabet without look-alikes, checked against the profanity filter.
pub fn generate(length: u8, entropy: &dyn Entropy) -> String {
    loop {
        let code: String = (0..length).map(|_| random_symbol(entropy)).collect();
        if !code.is_inappropriate() {
            return code;
        }
    }
}

/// One symbol of the alphabet, each equally likely.
pub(crate) fn random_symbol(entropy: &dyn Entropy) -> char {
    loop {
        let mut byte = [0];
        entropy.fill(&mut byte);
        let index = usize::from(byte[0]);
        // 240 is the largest multiple of 30 in a byte: what lies above would favour the first symbols.
        if index < 240 {
            return char::from(ALPHABET[index % ALPHABET.len()]);
        }
    }
}

/// The form in which codes are compared: upper case, without dashes and spaces, `O` as `0`, `I` and `L` as `1`.
///
/// # Errors
/// [`CodeError::Characters`] and [`CodeError::Length`], for whatever text the outside sends.
pub fn normalize(text: &str) -> Result<String, CodeError> {
    let key = folded(text)?;
    if (3..=32).contains(&key.len()) {
        Ok(key)
    } else {
        Err(CodeError::Length)
    }
}

/// The beginning of codes in the form in which they are compared, however short it is.
///
/// # Errors
/// [`CodeError::Characters`] and [`CodeError::Length`] where no code begins so.
pub fn normalize_prefix(text: &str) -> Result<String, CodeError> {
    folded(text)
}

fn folded(text: &str) -> Result<String, CodeError> {
    let text = text.trim();
    if text.len() > LONGEST_INPUT {
        return Err(CodeError::Length);
    }
    let mut key = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol.to_ascii_uppercase() {
            '-' | ' ' => {}
            'O' => key.push('0'),
            'I' | 'L' => key.push('1'),
            other if other.is_ascii_alphanumeric() => key.push(other),
            _ => return Err(CodeError::Characters),
        }
    }
    Ok(key)
}

/// A code of chosen text: as shown and as compared. 3 to 32 letters, digits and dashes.
///
/// # Errors
/// Every [`CodeError`].
pub fn vanity(text: &str) -> Result<(String, String), CodeError> {
    let shown = text.trim();
    if !shown
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return Err(CodeError::Characters);
    }
    if shown.len() > 32 {
        return Err(CodeError::Length);
    }
    let key = normalize(shown)?;
    if shown.is_inappropriate() {
        return Err(CodeError::Profane);
    }
    if RESERVED
        .iter()
        .any(|word| normalize(word).is_ok_and(|reserved| reserved == key))
    {
        return Err(CodeError::Reserved);
    }
    Ok((shown.to_owned(), key))
}
