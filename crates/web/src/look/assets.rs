//! Embedded files, under addresses that change with their content.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// One style sheet of all of `css/`, in the order of their names.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter()
        .filter(|name| name.starts_with("css/"))
        .collect();
    names.sort();
    names.iter().filter_map(|name| text(name)).collect()
});

/// Changes with any of the files.
static MARK: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for file in names.iter().filter_map(|name| Files::get(name)) {
        hash.update(file.metadata.sha256_hash());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..6])
});

fn text(name: &str) -> Option<String> {
    String::from_utf8(Files::get(name)?.data.into_owned()).ok()
}

/// The address of a file in `assets/`.
pub(crate) fn asset(name: &str) -> String {
    format!("/assets/{}/{name}", *MARK)
}

/// The address of the style sheet.
pub(crate) fn style() -> String {
    asset("style.css")
}

/// The address of the script.
pub(crate) fn script() -> String {
    asset("js/app.js")
}

/// `GET /assets/{mark}/{name}`.
pub(crate) async fn serve(Path((mark, name)): Path<(String, String)>) -> Response {
    let body = if name == "style.css" {
        Some(STYLE.as_bytes().into())
    } else {
        Files::get(&name).map(|file| file.data)
    };
    let Some(body) = body else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // An address of an older build still works, but is not kept.
    let keep = if mark == *MARK {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, kind(&name)),
        (header::CACHE_CONTROL, keep),
    ];
    (headers, body.into_owned()).into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "text/plain; charset=utf-8",
    }
}
