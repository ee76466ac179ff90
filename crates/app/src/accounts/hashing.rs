//! Hashes of passwords: argon2id with what OWASP asks for at least.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::{Ctx, ExposeSecret, ProblemCode};

use crate::{App, AppResult, SecretText};

/// KiB.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of a new password, as it is stored.
pub(super) async fn hash(app: &App, ctx: &Ctx, password: &str) -> AppResult<String> {
    let mut salt = [0; 16];
    ctx.entropy.fill(&mut salt);
    apart(app, password, move |argon2, password| {
        let hash = argon2.hash_password_with_salt(password, &salt);
        hash.expect("argon2 takes every password with a salt of 16 bytes")
            .to_string()
    })
    .await
}

/// Whether a password is the one that was hashed. Where nothing was, it takes as long to say no.
pub(super) async fn is_right(app: &App, password: &str, hash: Option<&str>) -> AppResult<bool> {
    let known = hash.is_some();
    let hash = hash.map_or_else(of_nobody, str::to_owned);
    apart(app, password, move |argon2, password| {
        argon2.verify_password(password, hash.as_str()).is_ok() && known
    })
    .await
}

/// Whether a hash was made as they are made now.
pub(super) fn is_current(hash: &str) -> bool {
    hash.starts_with(&prefix())
}

/// What the hashes made here begin with.
fn prefix() -> String {
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$")
}

/// A hash that nobody's password has, and that costs as much as any.
fn of_nobody() -> String {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    format!("{}{salt}${hash}", prefix())
}

/// Runs what keeps a core busy for a while beside what answers requests, few at a time.
async fn apart<T: Send + 'static>(
    app: &App,
    password: &str,
    work: impl FnOnce(&Argon2<'_>, &[u8]) -> T + Send + 'static,
) -> AppResult<T> {
    let turn = Arc::clone(&app.guard().hashing).acquire_owned().await;
    let password = SecretText::from(password);
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let params = Params::new(MEMORY, PASSES, LANES, None);
        let params = params.expect("the parameters are within argon2's bounds");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        work(&argon2, password.expose_secret().as_bytes())
    });
    done.await.map_err(|_| ProblemCode::Internal.into())
}
