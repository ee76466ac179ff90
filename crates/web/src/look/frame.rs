//! What every page shows around its content, and the preferences behind it.

use std::{convert::Infallible, fmt::Display};

use axum::{
    extract::{Form, FromRequestParts, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use http::{HeaderMap, Uri, request::Parts};
use kernel::{Amount, FieldError, Timestamp, Unit};
use notify::{Locale, amount_words, date_words};
use serde::Deserialize;

use super::{Theme, locale, theme, times};
use crate::{
    answer::{self, FLASH},
    state::WebState,
    texts::{Texts, texts},
    words,
};

/// The person's language and theme, and where they are. Templates call it `f`.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The language.
    pub(crate) locale: Locale,
    /// The theme.
    pub(crate) theme: Theme,
    /// The texts of the language.
    pub(crate) t: &'static Texts,
    /// When the page is made.
    pub(crate) now: Timestamp,
    /// Path and query, to come back to.
    pub(crate) here: String,
    /// What the form before this page did, in a sentence.
    pub(crate) flash: Option<&'static str>,
}

impl FromRequestParts<WebState> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Infallible> {
        Ok(Self::new(&parts.uri, &parts.headers, state))
    }
}

impl Frame {
    /// The frame of the page that a request asks for.
    pub(crate) fn new(uri: &Uri, headers: &HeaderMap, state: &WebState) -> Self {
        let locale = locale::chosen(uri).unwrap_or_else(|| locale::kept(headers));
        let t = texts(locale);
        let here = uri.path_and_query().map_or("/", |here| here.as_str());
        Self {
            locale,
            theme: Theme::kept(headers),
            t,
            now: state.app.now(),
            here: here.to_owned(),
            flash: locale::cookie(headers, FLASH).and_then(|name| t.done.named(&name)),
        }
    }

    /// The other language.
    pub(crate) const fn other(&self) -> Locale {
        match self.locale {
            Locale::En => Locale::Zh,
            Locale::Zh => Locale::En,
        }
    }

    /// What stands between two sentences.
    pub(crate) const fn gap(&self) -> &'static str {
        match self.locale {
            Locale::En => " ",
            Locale::Zh => "",
        }
    }

    /// The address of an asset.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn asset(&self, name: &str) -> String {
        super::asset(name)
    }

    /// The address of the style sheet.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn style(&self) -> String {
        super::style()
    }

    /// The address of the script.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn script(&self) -> String {
        super::script()
    }

    /// A number with its digits in groups.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn number(&self, number: impl Display) -> String {
        times::grouped(&number.to_string())
    }

    /// A share of a whole: `12.5 %`; a dash of nothing.
    #[expect(
        clippy::unused_self,
        clippy::cast_precision_loss,
        reason = "a percentage for people, of counts"
    )]
    pub(crate) fn percent(&self, part: &i64, whole: &i64) -> String {
        if *whole == 0 {
            return "–".to_owned();
        }
        format!("{:.1}%", *part as f64 * 100.0 / *whole as f64)
    }

    /// An amount with its unit.
    pub(crate) fn amount(&self, amount: &Amount, unit: &Unit) -> String {
        amount_words(*amount, unit, self.locale)
    }

    /// A day.
    pub(crate) fn day(&self, day: &NaiveDate) -> String {
        date_words(*day, self.locale)
    }

    /// The day of a time.
    pub(crate) fn date(&self, at: &Timestamp) -> String {
        date_words(at.date_naive(), self.locale)
    }

    /// A time to the minute, UTC.
    pub(crate) fn moment(&self, at: &Timestamp) -> String {
        times::moment(*at, self.locale)
    }

    /// How long ago or how soon.
    pub(crate) fn ago(&self, at: &Timestamp) -> String {
        times::ago(*at, self.now, self.t, self.locale)
    }

    /// A time for machines.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    pub(crate) fn iso(&self, at: &Timestamp) -> String {
        at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// What is wrong with a field, in a sentence.
    pub(crate) fn fault(&self, faults: &[FieldError], field: &str) -> Option<&'static str> {
        let found = faults.iter().find(|fault| fault.field == field)?;
        Some(words::fault(self.t, found))
    }
}

/// What a person prefers, from the forms in every page's foot.
#[derive(Debug, Deserialize)]
pub(crate) struct Preferences {
    lang: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /preferences`.
pub(crate) async fn preferences(
    State(state): State<WebState>,
    Form(wanted): Form<Preferences>,
) -> Response {
    let mut response = Redirect::to(answer::local(&wanted.back)).into_response();
    let chosen = [
        wanted
            .lang
            .map(|tag| (locale::COOKIE, Locale::of(&tag).as_str())),
        wanted
            .theme
            .map(|name| (theme::COOKIE, Theme::of(&name).as_str())),
    ];
    for (name, value) in chosen.into_iter().flatten() {
        answer::set_cookie(&mut response, &state, name, value, answer::YEAR);
    }
    response
}
