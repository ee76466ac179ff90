//! Names as other members may see them.

use domain::members::Member;

const DOTS: &str = "•••";

/// A member's name as others may see it: `A•••a`. Without a name the e-mail's stands in; without either only dots.
pub(crate) fn masked(member: &Member) -> String {
    let from_email = || {
        member
            .email
            .as_deref()
            .and_then(|email| email.split('@').next())
    };
    masked_name(
        member
            .name
            .as_deref()
            .or_else(from_email)
            .unwrap_or_default(),
    )
}

fn masked_name(name: &str) -> String {
    let mut letters = name.trim().chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    // Of two letters the last would be all that was hidden.
    let last = if name.trim().chars().count() > 2 {
        letters.next_back()
    } else {
        None
    };
    let last = last.map(String::from).unwrap_or_default();
    format!("{first}{DOTS}{last}")
}
