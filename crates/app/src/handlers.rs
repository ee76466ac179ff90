//! The work behind the jobs.

mod deliver_webhook;
mod send_mail;

use std::sync::Arc;

use jobs::Handler;

use crate::App;

pub use deliver_webhook::DeliverWebhook;
pub(crate) use deliver_webhook::delivery_job;
pub use send_mail::{Mail, SendMail};
pub(crate) use send_mail::mail_job;

/// Every handler.
pub fn handlers(app: &App) -> Vec<Arc<dyn Handler>> {
    vec![Arc::new(DeliverWebhook::new(app)), Arc::new(SendMail::new(app))]
}
