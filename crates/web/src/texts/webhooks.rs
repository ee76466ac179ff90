//! Webhook endpoints and deliveries.

texts! {
    Webhooks:
}
