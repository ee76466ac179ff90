//! What happens, told to a browser while it happens.

use std::time::Duration;

use app::live::{LiveEvent, News, Subscription};
use axum::{
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::{IntoResponse, Response},
};
use http::HeaderMap;
use http_kit::is_same_origin;
use kernel::ProblemCode;
use serde::{Deserialize, Serialize};
use tokio::time::{interval, timeout};

use crate::answer::PageError;

/// A browser that takes nothing for so long is let go; it comes back and asks for what it missed.
const PATIENCE: Duration = Duration::from_secs(5);
/// Often enough for proxies to leave a quiet connection open.
const BEAT: Duration = Duration::from_secs(25);
/// Nothing is expected from the browser.
const INCOMING: usize = 1024;

/// What the address of a feed says.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The position of what was seen last.
    pub(crate) after: Option<i64>,
}

/// One message.
#[derive(Serialize)]
struct Told {
    position: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
}

/// Answers the request for a socket: from a page of this server only, since cookies come with any.
pub(crate) fn feed(
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
    subscription: Subscription,
    draw: impl Fn(&LiveEvent) -> Option<String> + Send + 'static,
) -> Response {
    if !is_same_origin(headers) {
        return PageError(ProblemCode::Forbidden.into()).into_response();
    }
    upgrade
        .max_message_size(INCOMING)
        .read_buffer_size(INCOMING)
        .on_upgrade(move |socket| tell(socket, subscription, draw))
}

/// Tells one browser, until it leaves, is too slow, or may no longer know.
async fn tell(
    mut socket: WebSocket,
    mut subscription: Subscription,
    draw: impl Fn(&LiveEvent) -> Option<String>,
) {
    let mut beat = interval(BEAT);
    loop {
        let message = tokio::select! {
            news = subscription.next() => match news {
                Ok(news) => told(&news, &draw),
                Err(_) => return,
            },
            _ = beat.tick() => Message::Ping(Vec::new().into()),
            heard = socket.recv() => match heard {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        if !matches!(timeout(PATIENCE, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

fn told(news: &News, draw: &impl Fn(&LiveEvent) -> Option<String>) -> Message {
    let told = match news {
        News::Event(event) => Told {
            position: event.position,
            html: draw(event),
        },
        // The page reads its figures anew on any message.
        News::Gap { position } => Told {
            position: *position,
            html: None,
        },
    };
    Message::Text(serde_json::to_string(&told).unwrap_or_default().into())
}
