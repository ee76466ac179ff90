//! Throw-away mailboxes.

use std::{collections::HashSet, sync::LazyLock};

use super::Signal;
use crate::{programs::RiskPolicy, risk::Evidence};

/// A set because the list has tens of thousands of entries and is asked on every sign-up.
static DOMAINS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| mailchecker::blacklist().into_iter().collect());

/// The invitee's e-mail is at a provider of throw-away mailboxes.
pub(super) struct DisposableEmail;

impl Signal for DisposableEmail {
    fn id(&self) -> &'static str {
        "disposable_email"
    }

    fn score(&self, evidence: &Evidence, _: &RiskPolicy) -> Option<(u32, String)> {
        let (_, domain) = evidence.invitee.email_key.as_ref()?.rsplit_once('@')?;
        is_disposable(domain).then(|| {
            (
                60,
                "The e-mail is at a provider of throw-away mailboxes.".to_owned(),
            )
        })
    }
}

/// Whether the domain or one that it lies under is listed.
fn is_disposable(domain: &str) -> bool {
    let mut rest = Some(domain);
    while let Some(domain) = rest {
        if DOMAINS.contains(domain) {
            return true;
        }
        rest = domain.split_once('.').map(|(_, parent)| parent);
    }
    false
}
