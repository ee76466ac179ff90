//! Puts the measured program into an installation, through its command line and its API.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::server::Installation;
use crate::seed::{INVITERS, settings};

/// Requests at the same moment.
const TOGETHER: usize = 32;

/// What a load needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// The API key.
    pub(crate) key: String,
    /// The file that names every code.
    pub(crate) codes: PathBuf,
    /// The program's id.
    pub(crate) program: String,
    /// One of the inviters.
    pub(crate) inviter: String,
    /// One of the codes.
    pub(crate) code: String,
}

/// What the API is asked through.
#[derive(Debug, Clone)]
pub(crate) struct Api<'a> {
    pub(crate) http: &'a Client,
    pub(crate) url: &'a str,
    pub(crate) key: &'a str,
}

impl Api<'_> {
    /// One request that has to succeed.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(self.key);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path} answers {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("{path} answers no JSON: {text}"))
    }
}

/// The project and its key; before the server runs.
pub(crate) fn tenant(installation: &Installation) -> Result<String> {
    installation.command(&["migrate"])?;
    installation.command(&["project", "create", "--slug", "bench"])?;
    let text = installation.command(&[
        "key",
        "create",
        "--project",
        "bench",
        "--mode",
        "live",
        "--name",
        "bench",
        "--scope",
        "all",
    ])?;
    let key = text
        .split_whitespace()
        .find(|word| word.starts_with("inv_"));
    Ok(key
        .with_context(|| format!("no key in: {text}"))?
        .to_owned())
}

/// The program, its inviters and their codes; and one sign-up, to see that it is rewarded.
pub(crate) async fn program(api: Api<'_>, folder: &Path) -> Result<Setup> {
    let new = json!({ "slug": "bench", "kind": "referral", "settings": settings() });
    let made = api
        .send(Method::POST, "/api/v1/programs", Some(&new))
        .await?;
    let program = string(&made, "id")?;
    api.send(
        Method::POST,
        &format!("/api/v1/programs/{program}/activate"),
        None,
    )
    .await?;
    let made: Vec<(String, String)> = stream::iter(0..INVITERS)
        .map(|number| inviter(&api, &program, number))
        .buffer_unordered(TOGETHER)
        .try_collect()
        .await?;
    let (inviter, code) = made.first().cloned().context("there are no inviters")?;
    let codes = folder.join("codes.txt");
    let lines: Vec<&str> = made.iter().map(|(_, code)| code.as_str()).collect();
    std::fs::write(&codes, lines.join("\n"))?;
    let event =
        json!({ "type": "signup", "event_id": "first", "external_id": "first", "code": code });
    let answer = api
        .send(Method::POST, "/api/v1/events", Some(&event))
        .await?;
    let grants = answer["grants"].as_array().map_or(0, Vec::len);
    ensure!(grants == 1, "a sign-up is not rewarded: {answer}");
    Ok(Setup {
        key: api.key.to_owned(),
        codes,
        program,
        inviter,
        code,
    })
}

async fn inviter(api: &Api<'_>, program: &str, number: usize) -> Result<(String, String)> {
    let member = json!({ "external_id": format!("inviter-{number:06}") });
    let member = string(
        &api.send(Method::PUT, "/api/v1/members", Some(&member))
            .await?,
        "id",
    )?;
    let wanted = json!({ "program_id": program });
    let link = api
        .send(
            Method::POST,
            &format!("/api/v1/members/{member}/link"),
            Some(&wanted),
        )
        .await?;
    let code = string(&link["code"], "code")?;
    Ok((member, code))
}

fn string(value: &Value, name: &str) -> Result<String> {
    value[name]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("no {name} in {value}"))
}
