//! What a browser is shown.

use reqwest::{
    Response,
    header::{self, HeaderMap},
};
use scraper::{ElementRef, Html, Selector};

use super::{form::Form, manners};

/// A page that was opened.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Path and query.
    pub path: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Sheet {
    pub(super) async fn read(path: String, response: Response) -> Self {
        Self {
            path,
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("the answer has a body"),
        }
    }

    /// The page, once its status is this one.
    ///
    /// # Panics
    /// With the page's words where it is another.
    #[track_caller]
    #[expect(
        clippy::return_self_not_must_use,
        reason = "often the status is all that is wanted"
    )]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.path, self.words());
        self
    }

    /// Where it leads on, if that is all it does.
    ///
    /// # Panics
    /// When the address is no text.
    pub fn leads_to(&self) -> Option<String> {
        let leads = (300..400).contains(&self.status);
        let place = self.headers.get(header::LOCATION).filter(|_| leads)?;
        Some(place.to_str().expect("an address is text").to_owned())
    }

    /// The words of the page's main heading.
    pub fn heading(&self) -> String {
        self.all("h1").join(" ")
    }

    /// The words of the page.
    pub fn words(&self) -> String {
        self.all("body").join(" ")
    }

    /// Whether there is such an element.
    pub fn has(&self, selector: &str) -> bool {
        self.document().select(&parse(selector)).next().is_some()
    }

    /// The words of each such element.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let document = self.document();
        document.select(&parse(selector)).map(words).collect()
    }

    /// An attribute of the first such element that has it.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let document = self.document();
        let selector = parse(selector);
        let mut found = document.select(&selector);
        found.find_map(|element| element.attr(name).map(str::to_owned))
    }

    /// Where the page's links lead.
    pub fn links(&self) -> Vec<String> {
        let document = self.document();
        let selector = parse("a[href]");
        let links = document.select(&selector);
        links
            .filter_map(|link| link.attr("href").map(str::to_owned))
            .collect()
    }

    /// What is said to be wrong with a field.
    pub fn fault(&self, field: &str) -> Option<String> {
        self.all(&format!("[id=\"e-{field}\"]")).into_iter().next()
    }

    /// The form that goes to an address with this end; with nothing, the one that goes to the page's own.
    ///
    /// # Panics
    /// Where there is none.
    #[track_caller]
    pub fn form(&self, end: &str) -> Form {
        let document = self.document();
        let forms: Vec<_> = document
            .select(&parse("form"))
            .map(|form| Form::read(form, &self.path))
            .collect();
        let own = self.path.split('?').next().unwrap_or_default();
        let wanted = |form: &&Form| {
            let action = form.action.split('?').next().unwrap_or_default();
            if end.is_empty() {
                action == own
            } else {
                action.ends_with(end)
            }
        };
        let found = forms.iter().find(wanted);
        let there: Vec<_> = forms.iter().map(|form| &form.action).collect();
        found
            .unwrap_or_else(|| {
                panic!(
                    "{} has no form to {end:?}, but to {there:?}: {}",
                    self.path,
                    self.words()
                )
            })
            .clone()
    }

    /// Fails the test where the page is not as pages are to be.
    pub(super) fn inspect(&self) {
        let kind = self.headers.get(header::CONTENT_TYPE);
        if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
            manners::check(&self.path, &self.headers, &self.document());
        }
    }

    fn document(&self) -> Html {
        Html::parse_document(&self.text)
    }
}

pub(super) fn parse(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

/// The words of an element, with one space between.
pub(super) fn words(element: ElementRef<'_>) -> String {
    let text: Vec<_> = element.text().flat_map(str::split_whitespace).collect();
    text.join(" ")
}
