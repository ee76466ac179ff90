//! What a person reads who has just started Inviter.

use std::{fmt::Write, io::Write as _};

use app::accounts;
use url::Url;

use crate::{args::Globals, installation::Installation};

/// Prints where to go.
pub(super) async fn greet(installation: &Installation, globals: &Globals) {
    let (app, ctx) = (&installation.app, installation.ctx());
    let operators = app.store().read().directory().operators().await;
    let is_new = operators.is_ok_and(|operators| operators.is_empty());
    let set_up = match accounts::issue_setup_link(app, &ctx).await {
        Ok(link) => link,
        Err(error) => {
            tracing::warn!(%error, "no link for the first owner can be made");
            None
        }
    };
    let text = message(installation, globals, set_up.as_ref(), is_new);
    // Whoever started it may have closed standard output; the log tells the rest.
    drop(std::io::stdout().lock().write_all(text.as_bytes()));
}

fn message(
    installation: &Installation,
    globals: &Globals,
    set_up: Option<&Url>,
    is_new: bool,
) -> String {
    let url = installation
        .config
        .server
        .public_url
        .as_str()
        .trim_end_matches('/');
    let mut text = format!(
        "Inviter {} is ready at {url}\n\n  Console       {url}/console\n  API to read   {url}/api/docs\n  How it is     {url}/api/health\n",
        env!("CARGO_PKG_VERSION"),
    );
    if let Some(link) = set_up {
        let _ = write!(
            text,
            "\nNo owner has a password yet. This link makes the first one, once, within 24 hours:\n\n  {link}\n"
        );
    }
    if is_new {
        let inviter = again(globals);
        let _ = write!(
            text,
            "\nOr in a second terminal:\n\n  \
             {inviter} admin create --email you@example.com --name \"Your Name\"\n  \
             {inviter} project create --slug my-app\n  \
             {inviter} key create --project my-app --mode test --name backend --scope all\n\n\
             Or look at it full, with a project of invented people:\n\n  {inviter} demo\n"
        );
    }
    text.push('\n');
    text
}

/// How the program was called, as far as other commands have to be called the same way to mean the same installation.
fn again(globals: &Globals) -> String {
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "inviter".to_owned());
    let mut words = vec![program];
    if let Some(file) = &globals.config {
        words.push(format!("--config {}", file.display()));
    }
    // Others may hold secrets.
    let places = globals.settings.iter().filter(|(key, _)| key == "data_dir");
    words.extend(places.map(|(key, value)| format!("--set {key}={value}")));
    words.join(" ")
}
