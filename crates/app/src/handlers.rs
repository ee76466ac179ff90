//! The work behind the jobs.

mod deliver_webhook;
mod send_link;
mod send_mail;

use std::sync::Arc;

use jobs::Handler;

use crate::App;

use deliver_webhook::DeliverWebhook;
pub(crate) use deliver_webhook::delivery_job;
use send_link::SendLink;
pub(crate) use send_link::link_job;
use send_mail::SendMail;
pub(crate) use send_mail::{Mail, mail_job};

/// Every handler.
pub fn all(app: &App) -> Vec<Arc<dyn Handler>> {
    vec![
        Arc::new(DeliverWebhook::new(app)),
        Arc::new(SendLink::new(app)),
        Arc::new(SendMail::new(app)),
    ]
}
