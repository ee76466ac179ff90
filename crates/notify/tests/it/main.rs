//! Tests of the channels and of the words.

mod channel;
mod letter;
mod sentence;
mod smtp_server;
mod words;
