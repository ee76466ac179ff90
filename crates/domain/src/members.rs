//! Members: the people of the host application.

use kernel::{MemberId, ProjectId, Timestamp};
use serde::{Deserialize, Serialize};

/// A person of the host application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id here.
    pub id: MemberId,
    /// The tenant.
    pub project: ProjectId,
    /// The id that the host application gave; unique in the project.
    pub external_id: Option<String>,
    /// E-mail as written.
    pub email: Option<String>,
    /// E-mail as compared: see [`email_key`]; unique in the project.
    pub email_key: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// `en` or `zh`.
    pub locale: String,
    /// When first seen.
    pub created_at: Timestamp,
}

/// Providers that deliver `name+anything` to `name`.
const PLUS_TAGS: [&str; 16] = [
    "fastmail.com",
    "fastmail.fm",
    "gmail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "me.com",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "yandex.com",
    "yandex.ru",
    "zoho.com",
    "zohomail.com",
];

/// The form of an e-mail that tells accounts apart: trimmed and lower-case.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The form of an e-mail that tells mailboxes apart: the other spellings that the big providers deliver to the same
/// box fall together. For the risk signals only: two members may well share a box.
pub fn canonical_email(email: &str) -> String {
    let key = email_key(email);
    let Some((name, domain)) = key.rsplit_once('@') else {
        return key;
    };
    let domain = if domain == "googlemail.com" {
        "gmail.com"
    } else {
        domain
    };
    let tag = match domain {
        _ if PLUS_TAGS.contains(&domain) => '+',
        "yahoo.com" | "ymail.com" => '-',
        _ => return format!("{name}@{domain}"),
    };
    let base = name.split(tag).next().unwrap_or(name);
    // A name that is nothing but a tag is no mailbox of its own: leave it as it is.
    let base = if base.is_empty() { name } else { base };
    match domain {
        "gmail.com" => format!("{}@{domain}", base.replace('.', "")),
        _ => format!("{base}@{domain}"),
    }
}
