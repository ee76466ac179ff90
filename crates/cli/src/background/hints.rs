//! "The log has grown": a word between processes, so that one's commits are seen by the others at once.
//!
//! It is a hint. A process that does not hear it sees the same entries with its next poll.

use std::{pin::pin, time::Duration};

use cache::{Fanout, Heard, SharedFanout};
use store::Store;
use tokio::time::sleep;

const TOPIC: &str = "log_head";
/// Commits within so short a time share a word.
const TOGETHER: Duration = Duration::from_millis(10);

/// Tells the others of commits here and the followers here of commits there, until `stop` is done.
pub(super) async fn exchange(
    store: Store,
    news: SharedFanout,
    stop: impl Future<Output = ()> + Send,
) {
    let mut stop = pin!(stop);
    let mut head = store.head();
    let mut heard = news.subscribe(TOPIC);
    // What others have said is not said again.
    let mut known = *head.borrow_and_update();
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            news = heard.next() => {
                if let Heard::Message(message) = news
                    && let Ok(seq) = <[u8; 8]>::try_from(&*message)
                {
                    let seq = i64::from_be_bytes(seq);
                    known = known.max(seq);
                    store.announce(seq);
                }
            }
            Ok(()) = head.changed() => {
                let seq = *head.borrow_and_update();
                if seq > known {
                    known = seq;
                    news.publish(TOPIC, &seq.to_be_bytes()).await;
                    sleep(TOGETHER).await;
                }
            }
        }
    }
}
