//! What is wrong with a request, collected so that all of it is told at once.

use kernel::{FieldError, Problem, Timestamp, is_usable};

/// What has been found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<FieldError>);

impl Findings {
    /// Notes a fault unless the condition holds.
    pub(crate) fn expect(&mut self, holds: bool, field: &str, code: &str, message: &str) {
        if !holds {
            self.0.push(FieldError {
                field: field.to_owned(),
                code: code.to_owned(),
                message: message.to_owned(),
            });
        }
    }

    /// Text on one line: something, at most `most` characters, nothing that controls a terminal.
    pub(crate) fn expect_line(&mut self, text: &str, field: &str, most: usize) {
        let fits = !text.trim().is_empty() && text.chars().count() <= most;
        self.expect(
            fits,
            field,
            "invalid_length",
            &format!("Use 1 to {most} characters."),
        );
        let plain = !text.chars().any(char::is_control);
        self.expect(
            plain,
            field,
            "invalid",
            "Control characters are not accepted.",
        );
    }

    /// A name in URLs.
    pub(crate) fn expect_slug(&mut self, slug: &str) {
        let message = "Use 2 to 48 lower-case letters, digits and inner dashes.";
        self.expect(
            domain::projects::valid_slug(slug),
            "slug",
            "invalid",
            message,
        );
    }

    /// An e-mail address.
    pub(crate) fn expect_email(&mut self, email: &str) {
        let message = "This is no e-mail address.";
        self.expect(crate::events::is_email(email), "email", "invalid", message);
    }

    /// An end that is not over yet.
    pub(crate) fn expect_future(&mut self, end: Option<Timestamp>, now: Timestamp) {
        let ahead = end.is_none_or(|end| end > now);
        self.expect(
            ahead,
            "expires_at",
            "in_the_past",
            "Use a time in the future.",
        );
        self.expect_usable(end, "expires_at");
    }

    /// A time that can be kept and shown.
    pub(crate) fn expect_usable(&mut self, time: Option<Timestamp>, field: &str) {
        let message = "Use a time from 1970 to 9999.";
        self.expect(time.is_none_or(is_usable), field, "out_of_range", message);
    }

    /// A number that limits something.
    pub(crate) fn expect_some(&mut self, number: Option<u32>, field: &str) {
        let message = "Use 1 or more, or leave it out.";
        self.expect(number != Some(0), field, "out_of_range", message);
    }

    /// Adds what another room found, under the path of its document.
    pub(crate) fn extend(&mut self, path: &str, found: Vec<FieldError>) {
        self.0.extend(found.into_iter().map(|error| FieldError {
            field: format!("{path}.{}", error.field),
            ..error
        }));
    }

    /// Whether anything was found.
    pub(crate) fn told(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::fields(self.0))
        }
    }
}
