//! A person's browser, without its scripts.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use reqwest::{Method, Response, header};
use url::Url;

mod form;
mod manners;
mod sheet;

pub use form::Form;
pub use sheet::Sheet;

/// Redirects that are followed.
const HOPS: usize = 8;

/// Keeps cookies, follows redirects, says where its requests come from. Every page that it is shown is held against what
/// all pages have to keep to: nothing inline, headers that forbid, one heading, a label for each field.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    base: Url,
    cookies: Mutex<BTreeMap<String, String>>,
    agent: String,
}

impl Browser {
    pub(crate) fn new(http: reqwest::Client, base: &str) -> Self {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        Self {
            http,
            base: base.parse().expect("the base is a URL"),
            cookies: Mutex::default(),
            agent: agent.to_owned(),
        }
    }

    /// The same browser, whose person reads Chinese.
    #[must_use]
    pub fn in_chinese(self) -> Self {
        self.keep("inviter_lang", "zh");
        self
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    /// Puts a cookie into the jar, as if the server had set it.
    pub fn keep(&self, name: &str, value: &str) {
        self.jar().insert(name.to_owned(), value.to_owned());
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Sheet {
        self.follow(Method::GET, path, &[]).await
    }

    /// Sends fields as a form of this site would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Sheet {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.follow(Method::POST, path, &fields).await
    }

    /// Sends a form that was found in a page.
    ///
    /// # Panics
    /// When the form leads to no address.
    pub async fn submit(&self, form: Form) -> Sheet {
        if form.method == Method::GET {
            let mut url = self.base.join(&form.action).expect("an address");
            url.query_pairs_mut().clear().extend_pairs(&form.fields);
            return self.get(&address(&url)).await;
        }
        self.follow(form.method, &form.action, &form.fields).await
    }

    /// One request as it is, with further headers, which replace the browser's own; redirects are not followed.
    pub async fn once(
        &self,
        method: Method,
        path: &str,
        fields: &[(String, String)],
        headers: &[(&str, &str)],
    ) -> Sheet {
        let response = self.send(method, path, fields, headers).await;
        Sheet::read(path.to_owned(), response).await
    }

    async fn follow(&self, method: Method, path: &str, fields: &[(String, String)]) -> Sheet {
        let mut sheet = self.once(method, path, fields, &[]).await;
        for _ in 0..HOPS {
            let Some(next) = sheet.leads_to() else {
                sheet.inspect();
                return sheet;
            };
            let here = self.base.join(&sheet.path).expect("an address");
            let next = here.join(&next).expect("a redirect leads somewhere");
            assert_eq!(
                next.origin(),
                self.base.origin(),
                "{path} leads away: {next}"
            );
            sheet = self.once(Method::GET, &address(&next), &[], &[]).await;
        }
        panic!("{path} leads in a circle");
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        fields: &[(String, String)],
        headers: &[(&str, &str)],
    ) -> Response {
        let url = self.base.join(path).expect("an address");
        let mut own = vec![
            ("accept", "text/html".to_owned()),
            ("accept-language", "en".to_owned()),
            ("user-agent", self.agent.clone()),
        ];
        let cookies: Vec<_> = self
            .jar()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            own.push(("cookie", cookies.join("; ")));
        }
        if method == Method::GET {
            own.push(("sec-fetch-site", "none".to_owned()));
        } else {
            own.push(("sec-fetch-site", "same-origin".to_owned()));
            own.push(("origin", self.base.origin().ascii_serialization()));
        }
        let mut request = self.http.request(method.clone(), url);
        if method != Method::GET {
            let body = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish();
            own.push((
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ));
            request = request.body(body);
        }
        own.retain(|(name, _)| !headers.iter().any(|(other, _)| other == name));
        for (name, value) in &own {
            request = request.header(*name, value);
        }
        // A header with nothing in it is one that this request does not have.
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("the server answers");
        self.take(&response);
        response
    }

    fn take(&self, response: &Response) {
        for line in response.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("a cookie is text");
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            if attributes.contains("Max-Age=0") {
                self.jar().remove(name);
            } else {
                self.keep(name, value);
            }
        }
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn address(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
